import {
  Bell,
  CalendarDays,
  CalendarPlus,
  Clock,
  Flag,
  Hash,
  Repeat,
  Text,
  UserRound,
} from 'lucide-react'
import type { ComponentType } from 'react'
import { useTranslations } from 'use-intl'
import type { SpanKind } from '@/api/types'
import { dayAt } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { useMe } from '../auth/session'
import type { Mark } from './spans'

const icons: Record<SpanKind, ComponentType<{ size: number }>> = {
  date: CalendarDays,
  time: Clock,
  start: CalendarPlus,
  reminder: Bell,
  recurrence: Repeat,
  priority: Flag,
  list_or_tag: Hash,
  assignee_or_tag: UserRound,
  note: Text,
}

type RecognisedProps = { id: string; text: string; marks: readonly Mark[]; hint: string }

/** What each recognised part means, in words. */
export function Recognised({ id, text, marks, hint }: RecognisedProps) {
  const t = useTranslations('quick_add')
  const meaning = useMeaning()
  return (
    <div id={id} aria-live="polite" className="flex min-h-6 flex-wrap items-center gap-1.5">
      {marks.length === 0 && <p className="text-xs text-faint">{hint}</p>}
      {marks.map((mark) => {
        const Icon = icons[mark.kind]
        return (
          <span
            key={mark.start}
            className="inline-flex h-6 max-w-full items-center gap-1.5 rounded-md border border-line bg-canvas px-2 text-2xs text-muted"
          >
            <Icon size={12} />
            <span className="sr-only">{t(`kinds.${mark.kind}`)}</span>
            <span className="truncate">{meaning(mark, text.slice(mark.start, mark.end))}</span>
          </span>
        )
      })}
    </div>
  )
}

function useMeaning(): (mark: Mark, written: string) => string {
  const tasks = useTranslations('task')
  const t = useTranslations('quick_add')
  const names = useDayNames()
  const { time_zone: zone } = useMe()
  const today = dayAt(useNow(), zone)
  return (mark, written) => {
    switch (mark.kind) {
      case 'date':
      case 'start':
        return names.near(mark.value, today) ?? names.long(mark.value)
      case 'time':
        return names.time(Date.parse(`1970-01-01T${mark.value}Z`), 'UTC')
      case 'priority':
        switch (mark.value) {
          case 'low':
          case 'medium':
          case 'high':
          case 'urgent':
            return tasks(`priorities.${mark.value}`)
          default:
            return mark.value
        }
      case 'reminder':
        return t('minutes_before', { minutes: Number(mark.value) })
      // The rule itself says less than what was written.
      case 'recurrence':
        return written
      case 'list_or_tag':
      case 'assignee_or_tag':
      case 'note':
        return mark.value
    }
  }
}
