import { CalendarClock } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useDayNames } from '@/lib/useDayNames'
import { DatePicker } from '@/ui/DatePicker'
import { useMe } from '../auth/session'
import { Chip } from './Chip'
import { usePanelActions } from './usePanelActions'
import { useToday } from './useToday'

/** Not to be begun before. */
export function StartField({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const { week_start } = useMe()
  const today = useToday()
  const names = useDayNames()
  const { update } = usePanelActions(task)
  return (
    <DatePicker
      label={t('fields.start')}
      value={task.start ?? null}
      today={today}
      weekStart={week_start}
      onChange={(start) => update({ start }, 'start')}
      trigger={
        <Chip
          icon={<CalendarClock size={14} />}
          label={t('fields.start')}
          value={task.start ? t('from_day', { day: names.brief(task.start, today) }) : undefined}
        />
      }
    />
  )
}
