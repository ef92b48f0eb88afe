import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { ProblemError } from '@/api/errors'
import { useProblemText } from '@/api/useProblemText'
import { useSync, type Doing } from '@/sync'
import { toast } from '@/ui/Toast'

/** Says what was done in a toast that takes it back, and what the server refused. */
export function useAct(): (doing: Doing, title: string) => void {
  const t = useTranslations('task')
  const sync = useSync()
  const problemText = useProblemText()
  return useCallback(
    (doing, title) => {
      const tellRefusal = (told: Doing, refused: string) => {
        void told.outcome.then((outcome) => {
          if (outcome.is !== 'refused') return
          const detail = problemText(new ProblemError(outcome.problem))
          toast({ title: refused, detail, urgent: true })
        })
      }
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
    },
    [sync, t, problemText],
  )
}
