import { useTranslations } from 'use-intl'
import { sourceFiles, sourceNames, sources } from './sources'

/** Where files may come from, and how one gets them there. */
export function Sources() {
  const t = useTranslations('import')
  return (
    <section className="mt-8">
      <h2 className="mb-2 ps-2 text-2xs font-medium text-faint">{t('from')}</h2>
      <dl className="grid gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-2">
        {sources.map(
          (source) =>
            source !== 'auto' && (
              <div key={source} className="bg-canvas px-4 py-3">
                <dt className="flex items-baseline justify-between gap-2 text-xs font-medium">
                  {sourceNames[source]}
                  <span className="text-2xs font-normal text-faint">{sourceFiles[source]}</span>
                </dt>
                <dd className="mt-0.5 text-2xs text-muted">{t(`how.${source}`)}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  )
}
