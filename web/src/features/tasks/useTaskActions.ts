import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { CreateTask, Task } from '@/api/types'
import { useSync } from '@/sync'
import { useWorkspace } from '../workspaces/current'
import { useAct } from './useAct'

/** What a person does to tasks: it happens at once, and a toast takes it back. */
export function useTaskActions() {
  const t = useTranslations('task')
  const sync = useSync()
  const act = useAct()
  const workspace = useWorkspace()

  return useMemo(
    () => ({
      add: (task: CreateTask) =>
        act(sync.createTask(task, workspace), t('added', { title: task.title ?? '' })),
      /** A line that nobody has looked at yet; the server says what it means. */
      addLine: (text: string) => act(sync.quickAdd(text, workspace), t('added', { title: text })),
      setDone: (task: Task, done: boolean) =>
        done
          ? act(sync.complete(task.task_id), t('completed', { title: task.title }))
          : act(sync.reopen(task.task_id), t('reopened', { title: task.title })),
      remove: (task: Task) => act(sync.remove(task.task_id), t('deleted', { title: task.title })),
      addList: (name: string, color: string | null) =>
        act(sync.createList({ name, color }, workspace), t('list_added', { name })),
    }),
    [sync, t, act, workspace],
  )
}
