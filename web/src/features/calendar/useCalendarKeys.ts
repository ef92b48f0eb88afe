import { useLocale, useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { directionOf } from '@/i18n/locales'
import { addDays, dueDay, type Day } from '@/lib/days'
import { useSync } from '@/sync'
import { useMe } from '../auth/session'
import { useCommands } from '../commands'
import { useReschedule } from './useReschedule'

/** The part of the page whose tasks the keys move. */
export const CALENDAR = 'calendar'

type Keys = {
  /** Where a task without a date goes. */
  day: Day
  onDay: (day: Day) => void
  onToday: () => void
}

/** What the keys do to the task that has the focus: it goes to another day, or off the calendar. */
export function useCalendarKeys({ day, onDay, onToday }: Keys): void {
  const t = useTranslations('calendar')
  const sync = useSync()
  const { time_zone: zone } = useMe()
  const reschedule = useReschedule()
  const rtl = directionOf(useLocale()) === 'rtl'
  const within = () => document.getElementById(CALENDAR)

  const focused = (): Task | undefined => {
    const id = document.activeElement?.closest<HTMLElement>('[data-task]')?.dataset['task']
    return id === undefined ? undefined : sync.view().task(id)
  }
  const available = () => focused() !== undefined

  const move = (days: number) => {
    const task = focused()
    if (task === undefined) return
    const to = task.due ? addDays(dueDay(task.due, zone), days) : day
    reschedule.to(task, to)
    onDay(to)
    // It is drawn again where it went.
    requestAnimationFrame(() => {
      const cell = within()?.querySelector<HTMLElement>(`[data-day="${to}"]`)
      const chip = cell?.querySelector<HTMLElement>(`[data-task="${task.task_id}"]`)
      ;(chip ?? cell)?.focus()
    })
  }
  const moving = (id: string, keys: string, label: string, days: number) => ({
    ...{ id: `calendar.${id}`, keys, label, within, available },
    group: 'view' as const,
    keysOnly: true,
    repeats: true,
    run: () => move(days),
  })
  useCommands([
    { id: 'calendar.today', group: 'view', label: t('show_today'), run: onToday },
    moving('later', rtl ? 'alt+arrowleft' : 'alt+arrowright', t('day_later'), 1),
    moving('earlier', rtl ? 'alt+arrowright' : 'alt+arrowleft', t('day_earlier'), -1),
    moving('week_later', 'alt+arrowdown', t('week_later'), 7),
    moving('week_earlier', 'alt+arrowup', t('week_earlier'), -7),
    {
      ...{ id: 'calendar.off', keys: 'alt+backspace', label: t('off'), within, available },
      group: 'view',
      keysOnly: true,
      run: () => {
        const task = focused()
        const cell = document.activeElement?.closest<HTMLElement>('[data-day]')
        if (task?.due) reschedule.off(task)
        cell?.focus()
      },
    },
  ])
}
