import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { Due, Priority, RecurrenceInput, Task } from '@/api/types'
import type { Day } from '@/lib/days'
import { useSync, type Command, type Single, type TaskPatch } from '@/sync'
import { useAct } from '../tasks/useAct'
import { roots } from './targets'

/** What can be done with one task or with many at once: one change, one toast, one undo. */
export function useTaskChanges() {
  const t = useTranslations('selection')
  const sync = useSync()
  const act = useAct()

  return useMemo(() => {
    const apply = (
      tasks: readonly Task[],
      commandOf: (task: Task) => Single,
      words: (about: { count: number; title: string }) => string,
    ) => {
      const [first] = tasks
      if (first === undefined) return
      const doings = sync.bulk(tasks.map(commandOf), first.workspace_id)
      act(doings, words({ count: tasks.length, title: first.title }))
    }
    const update = (tasks: readonly Task[], patchOf: (task: Task) => TaskPatch) =>
      apply(
        tasks,
        (task) => ({ command: 'update_task', task_id: task.task_id, ...patchOf(task) }),
        (about) => t('changed', about),
      )
    const named = (command: NameOfTask) => (task: Task) => ({ command, task_id: task.task_id })
    return {
      /** Completes those that are open; when none is, opens them again. */
      complete(tasks: readonly Task[]) {
        const open = tasks.filter((task) => !task.completed_at)
        if (open.length === 0) apply(tasks, named('reopen_task'), (about) => t('reopened', about))
        else apply(roots(open, sync), named('complete_task'), (about) => t('completed', about))
      },
      remove(tasks: readonly Task[]) {
        apply(roots(tasks, sync), named('delete_task'), (about) => t('deleted', about))
      },
      setPriority(tasks: readonly Task[], priority: Priority) {
        update(tasks, () => ({ priority }))
      },
      setDue(tasks: readonly Task[], due: Due | null) {
        update(tasks, () => ({ due }))
      },
      /** On another day, at the same time. */
      setDay(tasks: readonly Task[], date: Day) {
        update(tasks, ({ due }) => ({ due: { ...due, date } }))
      },
      setRecurrence(tasks: readonly Task[], due: Due, recurrence: RecurrenceInput) {
        update(tasks, () => ({ due, recurrence }))
      },
      setAssignee(tasks: readonly Task[], assignee_id: string | null) {
        update(tasks, () => ({ assignee_id }))
      },
      setTags(tasks: readonly Task[], added: readonly string[], removed: readonly string[]) {
        const patchOf = ({ tags }: Task) => ({
          add_tags: added.filter((tag) => !tags.includes(tag)),
          remove_tags: removed.filter((tag) => tags.includes(tag)),
        })
        const touched = tasks.filter((task) => {
          const { add_tags, remove_tags } = patchOf(task)
          return add_tags.length + remove_tags.length > 0
        })
        update(touched, patchOf)
      },
      /** Into a list, or, with null, into the inbox. */
      moveToList(tasks: readonly Task[], list: { list_id: string; name: string } | null) {
        const elsewhere = roots(tasks, sync).filter(
          (task) => Boolean(task.parent_id) || (task.list_id ?? null) !== (list?.list_id ?? null),
        )
        apply(
          elsewhere,
          ({ task_id }) => ({
            command: 'move_task',
            task_id,
            list_id: list?.list_id ?? null,
            parent_id: null,
          }),
          (about) => t('moved', { ...about, list: list?.name ?? t('inbox') }),
        )
      },
    }
  }, [sync, t, act])
}

type NameOfTask = Extract<Command['command'], 'complete_task' | 'reopen_task' | 'delete_task'>
