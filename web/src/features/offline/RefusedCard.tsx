'use client'

import { useTranslations } from 'use-intl'
import { ProblemError } from '@/api/errors'
import { useProblemText } from '@/api/useProblemText'
import { useSync, type Refused } from '@/sync'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/Toast'
import { Card, type Settle } from './Card'
import { textsOf } from './texts'
import { useCommandWords } from './useCommandWords'

type RefusedCardProps = { refused: Refused; settle: Settle }

/** Something that the server did not take: why, with all that was written, to be tried again, copied or dropped. */
export function RefusedCard({ refused, settle }: RefusedCardProps) {
  const t = useTranslations('offline')
  const sync = useSync()
  const words = useCommandWords()
  const problemText = useProblemText()
  const { id, command, problem, at } = refused
  const text = textsOf(command).join('\n\n')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      toast({ title: t('copied') })
    } catch {
      // The browser did not allow it; the text is on the page.
      toast({ title: t('not_copied'), urgent: true })
    }
  }
  const drop = () => {
    const run = sync.dismiss(id)
    toast({ title: t('dropped'), action: { label: t('undo'), run } })
  }
  return (
    <Card title={words(command)} at={at}>
      <p className="text-xs text-danger">{problemText(new ProblemError(problem))}</p>
      {text !== '' && (
        <p
          dir="auto"
          className="mt-2 max-h-48 overflow-y-auto rounded-md bg-sunken p-3 text-sm whitespace-pre-wrap wrap-anywhere"
        >
          {text}
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        <Button onClick={() => settle(() => void sync.retry(id))}>{t('retry')}</Button>
        {text !== '' && <Button onClick={() => void copy()}>{t('copy')}</Button>}
        <Button look="quiet" onClick={() => settle(drop)}>
          {t('drop')}
        </Button>
      </div>
    </Card>
  )
}
