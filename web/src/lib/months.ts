import type { components } from '@/api/schema'
import { addDays, type Day } from './days'

export type WeekStart = components['schemas']['WeekStart']

/** As `Date.getUTCDay` counts them. */
const starts: Record<WeekStart, number> = { sunday: 0, monday: 1, saturday: 6 }

/** `YYYY-MM` of a day. */
export const monthOf = (day: Day): string => day.slice(0, 7)

/** From 0, Sunday. */
export const weekdayOf = (day: Day): number => new Date(Date.parse(day)).getUTCDay()

function startOfWeek(day: Day, weekStart: WeekStart): Day {
  return addDays(day, -((weekdayOf(day) - starts[weekStart] + 7) % 7))
}

/** The six weeks that show the month of a day: always as many, so that nothing jumps. */
export function daysOfMonth(day: Day, weekStart: WeekStart): Day[][] {
  const first = startOfWeek(`${monthOf(day)}-01`, weekStart)
  return Array.from({ length: 6 }, (_, week) =>
    Array.from({ length: 7 }, (_, at) => addDays(first, week * 7 + at)),
  )
}

/** The same day some months on; the last of its month where that is shorter. */
export function sameDayOfMonth(day: Day, months: number): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last)))
    .toISOString()
    .slice(0, 10)
}
