import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { useProblemText } from '@/api/useProblemText'
import type { CreateTask, Task } from '@/api/types'
import { toast } from '@/ui/Toast'
import { useCommands, type Done } from './replica'

/** What a person does to tasks: it happens at once, and a toast takes it back. */
export function useTaskActions() {
  const t = useTranslations('task')
  const commands = useCommands()
  const problemText = useProblemText()

  return useMemo(() => {
    const failed = (title: string) => (error: unknown) => {
      toast({ title, detail: problemText(error), urgent: true })
    }
    const tell = (title: string) => (done: Done) => {
      const { changeId } = done
      if (changeId === null) return
      const undo = () => void commands.undo(changeId).catch(failed(t('not_undone')))
      toast({ title, action: { label: t('undo'), run: undo } })
    }
    const act = (doing: Promise<Done>, said: string) =>
      doing.then(tell(said)).catch(failed(t('not_saved')))
    return {
      add: (task: CreateTask) =>
        act(commands.create(task), t('added', { title: task.title ?? '' })),
      setDone: (task: Task, done: boolean) =>
        done
          ? act(commands.complete(task.task_id), t('completed', { title: task.title }))
          : act(commands.reopen(task.task_id), t('reopened', { title: task.title })),
      remove: (task: Task) =>
        act(commands.remove(task.task_id), t('deleted', { title: task.title })),
      addList: (name: string) => act(commands.createList(name), t('list_added', { name })),
    }
    // `problemText` is a new function each time, and only words.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [commands, t])
}
