import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { ProblemError } from '@/api/errors'
import type { CreateTask, Task } from '@/api/types'
import { useProblemText } from '@/api/useProblemText'
import { useSync, type Doing } from '@/sync'
import { toast } from '@/ui/Toast'
import { useWorkspace } from '../workspaces/current'

/** What a person does to tasks: it happens at once, and a toast takes it back. */
export function useTaskActions() {
  const t = useTranslations('task')
  const sync = useSync()
  const problemText = useProblemText()
  const workspace = useWorkspace()

  return useMemo(() => {
    const tellRefusal = (doing: Doing, title: string) => {
      void doing.outcome.then((outcome) => {
        if (outcome.is !== 'refused') return
        toast({ title, detail: problemText(new ProblemError(outcome.problem)), urgent: true })
      })
    }
    const act = (doing: Doing, title: string) => {
      let change: string | null = null
      void doing.outcome.then((outcome) => {
        if (outcome.is === 'done' || outcome.is === 'conflict') change = outcome.change
      })
      // Until the server has named the change, what waits to be sent is named.
      const run = () => {
        const what = change === null ? { entry: doing.entry } : { change }
        tellRefusal(sync.undo(what), t('not_undone'))
      }
      toast({ title, action: { label: t('undo'), run } })
      tellRefusal(doing, t('not_saved'))
    }
    return {
      add: (task: CreateTask) =>
        act(sync.createTask(task, workspace), t('added', { title: task.title ?? '' })),
      /** A line that nobody has looked at yet; the server says what it means. */
      addLine: (text: string) => act(sync.quickAdd(text, workspace), t('added', { title: text })),
      setDone: (task: Task, done: boolean) =>
        done
          ? act(sync.complete(task.task_id), t('completed', { title: task.title }))
          : act(sync.reopen(task.task_id), t('reopened', { title: task.title })),
      remove: (task: Task) => act(sync.remove(task.task_id), t('deleted', { title: task.title })),
      addList: (name: string) =>
        act(sync.createList({ name }, workspace), t('list_added', { name })),
    }
  }, [sync, t, problemText, workspace])
}
