import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { ProblemError } from '@/api/errors'
import { useProblemText } from '@/api/useProblemText'
import { useSync, type Doing } from '@/sync'
import { toast } from '@/ui/Toast'

type Act = (doing: Doing | readonly Doing[], title: string, topic?: string) => void

/**
 * Says what was done in a toast that takes all of it back, and what the server refused. Of one topic only the last
 * toast is shown.
 */
export function useAct(): Act {
  const t = useTranslations('task')
  const sync = useSync()
  const problemText = useProblemText()
  return useCallback(
    (doing, title, topic) => {
      const doings = 'entry' in doing ? [doing] : doing
      const tellRefusal = (told: Doing, refused: string) => {
        void told.outcome.then((outcome) => {
          if (outcome.is !== 'refused') return
          const detail = problemText(new ProblemError(outcome.problem))
          toast({ title: refused, detail, urgent: true })
        })
      }
      const run = () => {
        for (const { entry } of doings.toReversed())
          tellRefusal(sync.undo({ entry }), t('not_undone'))
      }
      toast({ title, topic, action: { label: t('undo'), run } })
      for (const one of doings) tellRefusal(one, t('not_saved'))
    },
    [sync, t, problemText],
  )
}
