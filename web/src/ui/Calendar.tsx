'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { addDays, type Day } from '@/lib/days'
import { daysOfMonth, monthOf, sameDayOfMonth, type WeekStart } from '@/lib/months'
import { directionOf } from '@/i18n/locales'
import { classes } from './classes'
import { IconButton } from './IconButton'

type CalendarProps = {
  label: string
  value: Day | null
  today: Day
  weekStart: WeekStart
  onChange: (day: Day) => void
}

/** A month of days, of which one is chosen. Arrows go by day and week, Page Up and Down by month, with Shift by year. */
export function Calendar({ label, value, today, weekStart, onChange }: CalendarProps) {
  const t = useTranslations('date_picker')
  const locale = useLocale()
  const grid = useRef<HTMLDivElement>(null)
  const [focused, setFocused] = useState(value ?? today)
  const weeks = daysOfMonth(focused, weekStart)
  const names = dayNames(locale)
  const forward = directionOf(locale) === 'rtl' ? -1 : 1

  const go = (day: Day) => {
    setFocused(day)
    // The day is in the page once its month is drawn.
    requestAnimationFrame(() => {
      grid.current?.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus()
    })
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const week = weeks.find((days) => days.includes(focused)) ?? []
    const to: Partial<Record<string, Day | undefined>> = {
      ArrowLeft: addDays(focused, -forward),
      ArrowRight: addDays(focused, forward),
      ArrowUp: addDays(focused, -7),
      ArrowDown: addDays(focused, 7),
      Home: week[0],
      End: week.at(-1),
      PageUp: sameDayOfMonth(focused, event.shiftKey ? -12 : -1),
      PageDown: sameDayOfMonth(focused, event.shiftKey ? 12 : 1),
    }
    const day = to[event.key]
    if (day === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    go(day)
  }

  return (
    <div role="group" aria-label={label}>
      <div className="mb-1 flex items-center gap-1 ps-2">
        <p className="grow text-xs font-semibold" aria-live="polite">
          {names.month(focused)}
        </p>
        <IconButton
          label={t('previous_month')}
          icon={<ChevronLeft size={16} aria-hidden className="rtl:-scale-x-100" />}
          onClick={() => setFocused(sameDayOfMonth(focused, -1))}
        />
        <IconButton
          label={t('next_month')}
          icon={<ChevronRight size={16} aria-hidden className="rtl:-scale-x-100" />}
          onClick={() => setFocused(sameDayOfMonth(focused, 1))}
        />
      </div>
      <div
        ref={grid}
        role="grid"
        tabIndex={-1}
        aria-label={names.month(focused)}
        className="outline-none"
        onKeyDown={onKeyDown}
      >
        <div role="row" className="grid grid-cols-7">
          {weeks[0]?.map((day) => (
            <div
              key={day}
              role="columnheader"
              className="flex h-7 items-center justify-center text-2xs text-faint"
            >
              <span aria-hidden>{names.narrow(day)}</span>
              <span className="sr-only">{names.weekday(day)}</span>
            </div>
          ))}
        </div>
        {weeks.map((days) => (
          <div key={days[0]} role="row" className="grid grid-cols-7">
            {days.map((day) => (
              <div key={day} role="gridcell" aria-selected={day === value} className="text-center">
                <button
                  type="button"
                  data-day={day}
                  tabIndex={day === focused ? 0 : -1}
                  aria-label={names.full(day)}
                  aria-current={day === today ? 'date' : undefined}
                  onClick={() => onChange(day)}
                  className={classes(
                    'size-8 rounded-full text-xs touch:size-11',
                    day === value
                      ? 'bg-accent font-semibold text-on-accent'
                      : classes(
                          'hover:bg-hover',
                          day === today
                            ? 'font-semibold text-accent-ink'
                            : monthOf(day) === monthOf(focused)
                              ? 'text-ink'
                              : 'text-faint',
                        ),
                  )}
                >
                  {names.number(day)}
                </button>
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}

function dayNames(locale: string) {
  const by = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options })
    return (day: Day) => format.format(Date.parse(day))
  }
  const number = new Intl.NumberFormat(locale)
  return {
    month: by({ month: 'long', year: 'numeric' }),
    weekday: by({ weekday: 'long' }),
    narrow: by({ weekday: 'narrow' }),
    full: by({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    number: (day: Day) => number.format(Number(day.slice(8))),
  }
}
