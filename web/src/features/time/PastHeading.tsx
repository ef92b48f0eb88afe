import { useTranslations } from 'use-intl'
import { useDayNames } from '@/lib/useDayNames'
import type { Heading } from '../tasks/rows'

/** A day, or what was overdue then. */
export function PastHeading({ heading, count }: { heading: Heading; count: number }) {
  const t = useTranslations('days')
  const names = useDayNames()
  return (
    <li>
      <h2 className="flex items-baseline gap-2 border-b border-line ps-2 pt-5 pb-1.5 text-xs">
        <span className="font-semibold">
          {'day' in heading ? names.long(heading.day) : t('overdue')}
        </span>
        <span className="ms-auto pe-3 text-2xs text-faint">{count}</span>
      </h2>
    </li>
  )
}
