import { CalendarDays } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import type { Due, Task } from '@/api/types'
import { dueDay, dueInstant, isOverdue } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { DatePicker } from '@/ui/DatePicker'
import { useMe } from '../auth/session'
import { Chip } from './Chip'
import { TimeOfDue } from './TimeOfDue'
import { usePanelActions } from './usePanelActions'
import { useToday } from './useToday'

/** When a line of text says that something is due; null when it says nothing of that, or cannot be understood now. */
async function dueIn(text: string): Promise<Due | null> {
  try {
    // The words alone would be a task without a title.
    const { task } = await data(
      api.POST('/api/v1/quick-add/preview', { body: { text: `x ${text}` } }),
    )
    return task.due ?? null
  } catch {
    return null
  }
}

export function DueField({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const { week_start, time_zone: zone } = useMe()
  const today = useToday()
  const now = useNow()
  const { update } = usePanelActions(task)
  const said = useDueWords()
  const due = task.due ?? null
  const set = (next: Due | null) => update({ due: next }, 'due')
  const overdue = due !== null && !task.completed_at && isOverdue(due, now, zone)
  return (
    <DatePicker
      label={t('fields.due')}
      value={due?.date ?? null}
      today={today}
      weekStart={week_start}
      onChange={(date) => set(date === null ? null : { ...due, date })}
      onText={async (text) => {
        const understood = await dueIn(text)
        if (understood !== null) set(understood)
        return understood !== null
      }}
      trigger={
        <Chip
          data-field="due"
          icon={<CalendarDays size={14} />}
          label={overdue ? t('overdue') : t('fields.due')}
          value={due === null ? undefined : said(due)}
          tone={overdue ? 'text-danger' : undefined}
        />
      }
    >
      {due !== null && <TimeOfDue due={due} onChange={set} />}
    </DatePicker>
  )
}

function useDueWords(): (due: Due) => string {
  const { time_zone: zone } = useMe()
  const today = useToday()
  const names = useDayNames()
  return (due) => {
    const instant = dueInstant(due, zone)
    const day = names.brief(dueDay(due, zone), today)
    return instant === null ? day : `${day} ${names.time(instant, zone)}`
  }
}
