import { useTranslations } from 'use-intl'
import { Coloured } from './Coloured'
import { readFilter } from './language/read'

const examples = [
  ['overdue', 'is:overdue and priority >= high'],
  ['week', 'due <= +7d and not has:assignee'],
  ['untouched', 'is:open and updated < -1m'],
  ['waiting', 'is:blocked or start > today'],
  ['done', 'completed > -7d'],
] as const

/** Filters to begin with. */
export function Examples({ onChoose }: { onChoose: (query: string) => void }) {
  const t = useTranslations('filters')
  return (
    <section className="mt-4">
      <h2 className="px-2 pb-2 text-xs font-semibold">{t('examples.title')}</h2>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {examples.map(([name, query]) => (
          <li key={name}>
            <button
              type="button"
              onClick={() => onChoose(query)}
              className="flex w-full flex-col gap-x-4 gap-y-0.5 px-3.5 py-2.5 text-start hover:bg-hover sm:flex-row sm:items-baseline"
            >
              <span className="sm:w-2/5">{t(`examples.${name}`)}</span>
              <code dir="ltr" className="font-sans text-xs">
                <Coloured stretches={readFilter(query).stretches} showWrong={false} />
              </code>
            </button>
          </li>
        ))}
      </ul>
      <p className="px-2 pt-3 text-xs text-balance text-muted">{t('examples.more')}</p>
    </section>
  )
}
