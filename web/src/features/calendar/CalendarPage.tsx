'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useCallback, useMemo, useRef, type RefObject } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { addDays, dayAt } from '@/lib/days'
import { daysOfMonth, sameDayOfMonth } from '@/lib/months'
import { useAddressText } from '@/lib/useAddressText'
import { useNow } from '@/lib/useNow'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Segmented } from '@/ui/Segmented'
import { Skeleton } from '@/ui/Skeleton'
import { useMe } from '../auth/session'
import { useQuickAddDefaults } from '../quick-add/context'
import { Page } from '../tasks/Page'
import { TaskList } from '../tasks/TaskList'
import { useCardDrag, type Drop } from '../tasks/useCardDrag'
import { useTasks } from '../workspaces/replica'
import { agendaOf } from './agenda'
import { DayGrid } from './DayGrid'
import { Tray } from './Tray'
import { CALENDAR, useCalendarKeys } from './useCalendarKeys'
import { useCalendarNames } from './useCalendarNames'
import { useReschedule } from './useReschedule'

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/

/** When tasks are due, by month or by week. What is added here is due on the day that is looked at. */
export function CalendarPage() {
  const t = useTranslations('calendar')
  const names = useCalendarNames()
  const { time_zone: zone, week_start: weekStart } = useMe()
  const today = dayAt(useNow(), zone)
  const [said, setDay] = useAddressText('day', today)
  const [view, setView] = useAddressText('by', 'month')
  const day = DAY.test(said) ? said : today
  const byWeek = view === 'week'
  const month = daysOfMonth(day, weekStart)
  const week = month.find((days) => days.includes(day)) ?? []
  const weeks = byWeek ? [week] : month
  const title = byWeek ? names.stretch(week[0] ?? day, week.at(-1) ?? day) : names.month(day)
  const agenda = useTasks(useCallback((tasks: readonly Task[]) => agendaOf(tasks, zone), [zone]))
  const partRef = useRef<HTMLDivElement>(null)
  const gridRef = useRef<HTMLDivElement>(null)
  const [dragged, ghost] = useRescheduling(partRef)
  const go = (steps: number) =>
    setDay(byWeek ? addDays(day, 7 * steps) : sameDayOfMonth(day, steps))
  useQuickAddDefaults(null, day, null)
  useCalendarKeys({ day, onDay: setDay, onToday: () => setDay(today) })

  return (
    <Page
      wide
      title={title}
      actions={
        <>
          <IconButton
            label={byWeek ? t('previous_week') : t('previous_month')}
            icon={<ChevronLeft size={17} aria-hidden className="rtl:-scale-x-100" />}
            onClick={() => go(-1)}
          />
          <Button onClick={() => setDay(today)}>{t('today')}</Button>
          <IconButton
            label={byWeek ? t('next_week') : t('next_month')}
            icon={<ChevronRight size={17} aria-hidden className="rtl:-scale-x-100" />}
            onClick={() => go(1)}
          />
          <Segmented
            label={t('show')}
            value={byWeek ? 'week' : 'month'}
            choices={[
              { value: 'month', label: t('month') },
              { value: 'week', label: t('week') },
            ]}
            onChange={setView}
          />
        </>
      }
    >
      <div ref={partRef} id={CALENDAR} className="flex min-h-0 grow gap-4">
        {agenda === undefined ? (
          <Skeleton className="min-h-96 grow" />
        ) : (
          <>
            <DayGrid
              label={title}
              weeks={weeks}
              day={day}
              today={today}
              days={agenda.days}
              dragged={dragged}
              gridRef={gridRef}
              onDay={setDay}
            />
            <Tray tasks={agenda.undated} dragged={dragged} />
          </>
        )}
      </div>
      {!byWeek && agenda !== undefined && (
        <Below label={names.full(day)} tasks={agenda.days.get(day) ?? []} />
      )}
      {ghost}
    </Page>
  )
}

/** On phones the tasks of the day that is looked at stand below the month. */
function Below({ label, tasks }: { label: string; tasks: readonly Task[] }) {
  const t = useTranslations('calendar')
  const rows = useMemo(
    () => tasks.map((task) => ({ kind: 'task' as const, key: task.task_id, task, depth: 0 })),
    [tasks],
  )
  return (
    <section className="pt-4 sm:hidden">
      <h2 className="px-2 pb-1 text-xs font-semibold">{label}</h2>
      {rows.length === 0 ? (
        <p className="px-2 text-xs text-faint">{t('nothing')}</p>
      ) : (
        <TaskList label={label} rows={rows} showLists timeOnly />
      )}
    </section>
  )
}

function useRescheduling(ref: RefObject<HTMLElement | null>) {
  const reschedule = useReschedule()
  const onDrop = ({ task, place }: Drop) => {
    const [kind, day] = place.split(':')
    if (kind === 'undated') reschedule.off(task)
    else if (kind === 'day' && day !== undefined) reschedule.to(task, day)
    else return false
    return true
  }
  return useCardDrag(ref, onDrop)
}
