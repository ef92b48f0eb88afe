import { useTranslations } from 'use-intl'
import type { ImportReport } from '@/api/types'

/** What was not understood, and what has no place here. */
export function Doubts({ report }: { report: ImportReport }) {
  const t = useTranslations('import')
  const { lost, warnings, warnings_left_out: leftOut } = report
  const doubts = warnings.length + leftOut
  if (lost.length + doubts === 0) {
    return <p className="mt-4 text-xs font-medium text-ok">{t('all_kept')}</p>
  }
  return (
    <div className="mt-5 flex flex-col gap-3">
      {lost.length > 0 && (
        <section>
          <h3 className="mb-1.5 text-xs font-semibold">{t('lost')}</h3>
          <ul className="divide-y divide-line rounded-md border border-line">
            {lost.map(({ what, why, count, example }) => (
              <li key={`${what} ${why}`} className="px-3 py-2 text-xs">
                <span lang="en">
                  <span className="font-medium">
                    {count} {what}
                  </span>
                  <span className="text-muted"> – {why}</span>
                </span>
                {example !== '' && (
                  <bdi className="block truncate text-2xs text-faint">{example}</bdi>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {doubts > 0 && (
        <details className="rounded-md border border-line text-xs">
          <summary className="px-3 py-2 font-medium touch:py-3">
            {t('doubts', { count: doubts })}
          </summary>
          <ul lang="en" className="max-h-60 overflow-y-auto border-t border-line px-3 py-2">
            {warnings.map(({ place, message }, at) => (
              <li key={at} className="py-0.5 text-muted">
                <span className="text-faint">{place}:</span> {message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}
