import { CalendarDays, Repeat } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Due } from '@/api/types'
import { dayAt, dueDay, dueInstant, isOverdue } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { classes } from '@/ui/classes'
import { useMe } from '../auth/session'

type DueChipProps = {
  due: Due
  recurs: boolean
  /** On a page that says the day already. */
  timeOnly?: boolean
}

/** When a task is due. What is overdue says so, and not by its colour alone. */
export function DueChip({ due, recurs, timeOnly = false }: DueChipProps) {
  const t = useTranslations('task')
  const { time_zone: zone } = useMe()
  const now = useNow()
  const names = useDayNames()
  const day = dueDay(due, zone)
  const today = dayAt(now, zone)
  const instant = dueInstant(due, zone)
  const overdue = isOverdue(due, now, zone)
  const words = [
    timeOnly && day >= today ? null : names.brief(day, today),
    instant === null ? null : names.time(instant, zone),
  ].filter((word) => word !== null)
  if (words.length === 0 && !recurs) return null
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1 text-2xs whitespace-nowrap',
        overdue ? 'font-medium text-danger' : day === today ? 'text-accent-ink' : 'text-muted',
      )}
    >
      {words.length > 0 && <CalendarDays size={12} aria-hidden className="sm:hidden" />}
      {overdue && <span className="sr-only">{t('overdue')}</span>}
      {words.join(' ')}
      {recurs && <Repeat size={11} role="img" aria-label={t('recurs')} />}
    </span>
  )
}
