import { useTranslations } from 'use-intl'
import { useProblemText } from '@/api/useProblemText'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'

type HistoryProblemProps = { error: Error; retry: () => void }

/** The past is with the server: without it, this is said. */
export function HistoryProblem({ error, retry }: HistoryProblemProps) {
  const t = useTranslations('history')
  const problemText = useProblemText()
  return (
    <EmptyState
      title={t('not_read')}
      detail={problemText(error)}
      action={<Button onClick={retry}>{t('again')}</Button>}
    />
  )
}
