import { useLocale, useTranslations } from 'use-intl'
import type { ImportReport } from '@/api/types'

const figures = ['lists', 'tasks', 'completed', 'comments', 'deleted'] as const

/** How much there is of what. */
export function Figures({ report }: { report: ImportReport }) {
  const t = useTranslations('import')
  const number = new Intl.NumberFormat(useLocale())
  const shown = figures.filter((name) => name === 'tasks' || report[name] > 0)
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-4">
      {shown.map((name) => (
        <div key={name} className="flex flex-col-reverse">
          <dt className="text-2xs text-faint">{t(`figures.${name}`)}</dt>
          <dd className="text-xl font-semibold tracking-tight">{number.format(report[name])}</dd>
        </div>
      ))}
    </dl>
  )
}
