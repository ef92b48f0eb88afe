'use client'

import { useEffect, useState, type KeyboardEvent, type RefObject } from 'react'
import { useLocale } from 'use-intl'
import type { Task } from '@/api/types'
import { directionOf } from '@/i18n/locales'
import { addDays, type Day } from '@/lib/days'
import { monthOf, sameDayOfMonth } from '@/lib/months'
import { classes } from '@/ui/classes'
import { DayCell } from './DayCell'
import { useCalendarNames } from './useCalendarNames'

type DayGridProps = {
  label: string
  weeks: readonly Day[][]
  /** The day that is looked at. */
  day: Day
  today: Day
  days: ReadonlyMap<Day, readonly Task[]>
  dragged: string | undefined
  gridRef: RefObject<HTMLDivElement | null>
  onDay: (day: Day) => void
}

const NONE: readonly Task[] = []
const LINE = 24
const HEAD = 30

/** How many lines of tasks a day of a month has room for. */
function useRoom(ref: RefObject<HTMLDivElement | null>, weeks: number): number {
  const [room, setRoom] = useState(3)
  useEffect(() => {
    const grid = ref.current
    if (grid === null) return
    const observer = new ResizeObserver(() => {
      setRoom(Math.max(1, Math.floor((grid.clientHeight / weeks - HEAD) / LINE)))
    })
    observer.observe(grid)
    return () => observer.disconnect()
  }, [ref, weeks])
  return room
}

/** Days side by side: the weeks of a month, or one week. Arrows go through days, Enter goes into one. */
export function DayGrid(props: DayGridProps) {
  const { label, weeks, day, today, days, dragged, gridRef, onDay } = props
  const names = useCalendarNames()
  const forward = directionOf(useLocale()) === 'rtl' ? -1 : 1
  const tall = weeks.length === 1
  const room = useRoom(gridRef, weeks.length)

  const focusDay = (to: Day) => {
    onDay(to)
    // It is in the page once its month is drawn.
    requestAnimationFrame(() => {
      gridRef.current?.querySelector<HTMLElement>(`[data-day="${to}"]`)?.focus()
    })
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement))
      return
    const cell = event.target.closest<HTMLElement>('[data-day]')
    const inside = event.target !== cell
    if (cell === null) return
    const stops = [...cell.querySelectorAll<HTMLElement>('a, button')]
    const at = stops.indexOf(event.target)
    const steps: Partial<Record<string, Day>> = {
      ArrowLeft: addDays(day, -forward),
      ArrowRight: addDays(day, forward),
      PageUp: tall ? addDays(day, -7) : sameDayOfMonth(day, -1),
      PageDown: tall ? addDays(day, 7) : sameDayOfMonth(day, 1),
      ...(!inside && { ArrowUp: addDays(day, -7), ArrowDown: addDays(day, 7) }),
    }
    const to = steps[event.key]
    if (to !== undefined) focusDay(to)
    else if (!inside && event.key === 'Enter') stops[0]?.focus()
    else if (inside && event.key === 'ArrowDown') stops[at + 1]?.focus()
    else if (inside && event.key === 'ArrowUp') (stops[at - 1] ?? cell).focus()
    else if (inside && event.key === 'Escape') cell.focus()
    else return
    event.preventDefault()
  }

  return (
    <div
      role="grid"
      tabIndex={-1}
      aria-label={label}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a, button') === null)
          event.target.closest<HTMLElement>('[data-day]')?.focus()
      }}
      className="flex min-h-0 grow flex-col overflow-hidden rounded-lg border border-line outline-none"
    >
      <div
        role="row"
        className={classes('grid grid-cols-7 border-b border-line', tall && 'max-sm:hidden')}
      >
        {weeks[0]?.map((each) => (
          <div
            key={each}
            role="columnheader"
            className="px-2 py-1.5 text-2xs text-faint max-sm:text-center"
          >
            {names.weekday(each)}
          </div>
        ))}
      </div>
      <div ref={gridRef} role="rowgroup" className="flex min-h-0 grow flex-col">
        {weeks.map((week, at) => (
          <div
            key={week[0]}
            role="row"
            className={classes(
              'grid min-h-0 grow basis-0',
              tall ? 'grid-cols-1 overflow-y-auto sm:grid-cols-7' : 'grid-cols-7',
              at === weeks.length - 1 && !tall && '[&>*]:border-b-0',
              !tall && '[&>*:last-child]:border-e-0',
            )}
          >
            {week.map((each) => (
              <DayCell
                key={each}
                day={each}
                tasks={days.get(each) ?? NONE}
                today={each === today}
                current={each === day}
                outside={!tall && monthOf(each) !== monthOf(day)}
                room={tall ? Infinity : room}
                tall={tall}
                dragged={dragged}
                onFocus={onDay}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}
