import { CalendarDays, CalendarOff, Repeat } from 'lucide-react'
import { useState } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import type { Due } from '@/api/types'
import { addDays, dayAt, dueInstant } from '@/lib/days'
import { fitting } from '@/lib/match'
import { nextWeekday, readDay } from '@/lib/readDay'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import type { Option } from '@/ui/Picker'
import { useMe } from '../auth/session'
import { usePreview } from '../quick-add/usePreview'
import { TaskPicker, type AskProps } from './TaskPicker'
import { useTaskChanges } from './useTaskChanges'

/** When: the days that are meant most often, or whatever is typed, in the words of quick add too. */
export function DuePicker({ open, tasks, onClose }: AskProps) {
  const t = useTranslations('selection')
  const locale = useLocale()
  const changes = useTaskChanges()
  const names = useDayNames()
  const { time_zone: zone } = useMe()
  const today = dayAt(useNow(), zone)
  const [query, setQuery] = useState('')
  // The words have to be those of a task: there are none without a title.
  const { preview } = usePreview(query.trim() === '' ? '' : `x ${query}`)

  const weekend = nextWeekday(addDays(today, -1), 6)
  const usual = [
    { id: 'today', label: t('due.today'), day: today },
    { id: 'tomorrow', label: t('due.tomorrow'), day: addDays(today, 1) },
    { id: 'weekend', label: t('due.weekend'), day: weekend },
    { id: 'next_week', label: t('due.next_week'), day: nextWeekday(today, 1) },
    { id: 'in_two_weeks', label: t('due.in_two_weeks'), day: addDays(today, 14) },
  ]
  const options: Option[] = fitting(query, usual, ({ label }) => label).map(
    ({ id, label, day }) => ({
      id,
      label,
      detail: names.long(day),
      icon: <CalendarDays size={15} />,
      chosen: tasks.every((task) => task.due?.date === day),
      run: () => changes.setDay(tasks, day),
    }),
  )
  if (query.trim() === '' || options.length === 0) {
    options.push({
      id: 'none',
      label: t('due.none'),
      icon: <CalendarOff size={15} />,
      run: () => changes.setDue(tasks, null),
    })
  }

  const said = (due: Due) => {
    const instant = dueInstant(due, zone)
    const day = names.near(due.date, today) ?? names.long(due.date)
    return instant === null ? day : `${day}, ${names.time(instant, zone)}`
  }
  const day = readDay(query, today, locale)
  const due = preview?.task.due ?? (day === null ? null : { date: day })
  if (query.trim() !== '' && due !== null) {
    const recurrence = preview?.task.recurrence ?? null
    options.unshift({
      id: 'typed',
      label: said(due),
      detail: recurrence === null ? undefined : query,
      icon: recurrence === null ? <CalendarDays size={15} /> : <Repeat size={15} />,
      run: () =>
        recurrence === null
          ? changes.setDue(tasks, due)
          : changes.setRecurrence(tasks, due, recurrence),
    })
  }
  const shown = due !== null && query.trim() !== '' ? options.slice(0, 1) : options
  return (
    <TaskPicker
      open={open}
      tasks={tasks}
      onClose={onClose}
      title={t('keys.due')}
      placeholder={t('which_day')}
      query={query}
      onQuery={setQuery}
      options={shown}
    />
  )
}
