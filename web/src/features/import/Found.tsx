import { ArrowRight, FileText } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { ImportReport } from '@/api/types'
import { Button } from '@/ui/Button'
import { Doubts } from './Doubts'
import { Figures } from './Figures'
import { First } from './First'
import { comes } from './report'
import { SourceChoice } from './SourceChoice'
import { sourceName, sourceNamed, type Source } from './sources'
import type { Chosen } from './useImport'

type FoundProps = {
  chosen: Chosen
  report: ImportReport
  bringing: boolean
  onSource: (source: Source) => void
  onAgain: () => void
  onStart: () => void
}

/** What a file would bring, before it does. */
export function Found({ chosen, report, bringing, onSource, onAgain, onStart }: FoundProps) {
  const t = useTranslations('import')
  const { skipped_existing: skipped, joined, restored, first } = report
  const something = comes(report) > 0 || restored > 0
  return (
    <section className="rounded-lg border border-line bg-raised">
      <div className="flex flex-wrap items-center gap-3 border-b border-line px-5 py-3">
        <FileText size={18} aria-hidden className="shrink-0 text-faint" />
        <h2 className="me-auto min-w-0 text-sm">
          <bdi className="font-semibold [overflow-wrap:anywhere]">{chosen.file.name}</bdi>{' '}
          <span className="text-muted">{t('is_of', { name: sourceName(report.format) })}</span>
        </h2>
        <SourceChoice value={sourceNamed(report.format) ?? 'auto'} onChange={onSource} />
      </div>
      <div className="px-5 py-5">
        <Figures report={report} />
        <ul className="mt-4 flex flex-col gap-1 text-xs text-muted empty:hidden">
          {skipped > 0 && <li>{t('skipped', { count: skipped })}</li>}
          {restored > 0 && <li>{t('restored', { count: restored })}</li>}
          {joined.length > 0 && (
            <li>{t('joined', { names: joined.map(({ name }) => name).join(', ') })}</li>
          )}
        </ul>
        {first && <First first={first} total={report.tasks} />}
        <Doubts report={report} />
      </div>
      <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
        <p className="me-auto text-2xs text-faint">{t('one_undo')}</p>
        <Button onClick={onAgain} disabled={bringing}>
          {t('other_file')}
        </Button>
        <Button look="primary" onClick={onStart} disabled={bringing || !something}>
          {bringing ? t('bringing') : something ? t('bring') : t('nothing_new')}
          {something && !bringing && (
            <ArrowRight size={14} aria-hidden className="rtl:-scale-x-100" />
          )}
        </Button>
      </div>
      {bringing && (
        <div
          role="progressbar"
          aria-label={t('bringing')}
          className="breathes h-1 rounded-b-lg bg-accent"
        />
      )}
    </section>
  )
}
