import { useMutation } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import { ProblemError } from '@/api/errors'
import type { Restore } from '@/api/types'
import { useProblemText } from '@/api/useProblemText'
import { useSync, type Doing } from '@/sync'
import { toast } from '@/ui/Toast'

/** Going back: takes changes back and brings them back, whoever made them and whenever. */
export function useTimeActions(workspace: string) {
  const t = useTranslations('history')
  const sync = useSync()
  const problemText = useProblemText()

  const tellRefusal = (doing: Doing, title: string) => {
    void doing.outcome.then((outcome) => {
      if (outcome.is !== 'refused') return
      toast({ title, detail: problemText(new ProblemError(outcome.problem)), urgent: true })
    })
  }
  const takeBack = (change: string) =>
    tellRefusal(sync.undo({ change }, workspace), t('not_undone'))
  const undo = (change: string) => {
    takeBack(change)
    toast({ title: t('undone'), action: { label: t('redo'), run: () => redo(change) } })
  }
  const redo = (change: string) => {
    tellRefusal(sync.redo(change, workspace), t('not_redone'))
    toast({ title: t('redone'), action: { label: t('undo'), run: () => undo(change) } })
  }

  const { mutate, isPending: restoring } = useMutation({
    mutationFn: (body: Restore) =>
      data(api.POST('/api/v1/restore', { params: { query: { workspace } }, body })),
    onError: (error) =>
      toast({ title: t('not_restored'), detail: problemText(error), urgent: true }),
  })
  const restore = (body: Restore, said: string) =>
    mutate(body, {
      onSuccess: ({ change_id: change, kept }) => {
        const detail = kept.length > 0 ? { detail: t('kept', { count: kept.length }) } : {}
        const action = change ? { action: { label: t('undo'), run: () => takeBack(change) } } : {}
        toast({ title: change ? said : t('same_already'), ...detail, ...action })
      },
    })
  return { undo, redo, restore, restoring }
}
