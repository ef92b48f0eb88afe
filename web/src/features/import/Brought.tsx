import { CircleCheck } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import type { ImportReport } from '@/api/types'
import { Button } from '@/ui/Button'
import { Figures } from './Figures'

type BroughtProps = { report: ImportReport; onAgain: () => void }

/** What came. */
export function Brought({ report, onAgain }: BroughtProps) {
  const t = useTranslations('import')
  return (
    <section className="rounded-lg border border-line bg-raised px-5 py-6">
      <h2 className="mb-4 flex items-center gap-2 text-base font-semibold">
        <CircleCheck size={20} aria-hidden className="text-ok" />
        {t('here')}
      </h2>
      <Figures report={report} />
      <p className="mt-4 max-w-md text-xs text-muted">{t('here_more')}</p>
      <div className="mt-5 flex flex-wrap items-center gap-4">
        <Button onClick={onAgain}>{t('other_file')}</Button>
        <Link href="/activity" className="text-xs font-medium text-accent-ink hover:underline">
          {t('to_activity')}
        </Link>
      </div>
    </section>
  )
}
