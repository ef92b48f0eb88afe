import { weekdayOf } from '@/lib/months'
import type { Day } from '@/lib/days'

/** As RFC 5545 names them, from Sunday on, as `Date.getUTCDay` counts. */
export const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const
export type Weekday = (typeof weekdays)[number]

export type Unit = 'day' | 'week' | 'month' | 'year'
export type Nth = 1 | 2 | 3 | 4 | -1

/** Which day of the month. */
export type MonthDay =
  { by: 'day'; day: number } | { by: 'nth'; nth: Nth; weekday: Weekday } | { by: 'last' }

export type End = { is: 'never' } | { is: 'count'; count: number } | { is: 'until'; day: Day }

/** The rules that the editor can make; others are shown, and replaced as a whole. */
export type Rule = {
  every: number
  unit: Unit
  /** Of a weekly rule; none is the weekday on which it begins. */
  days: readonly Weekday[]
  /** Of a monthly rule; null is the day on which it begins. */
  monthDay: MonthDay | null
  end: End
}

const frequencies: Record<Unit, string> = {
  day: 'DAILY',
  week: 'WEEKLY',
  month: 'MONTHLY',
  year: 'YEARLY',
}
export const units: readonly Unit[] = ['day', 'week', 'month', 'year']
export const nths: readonly Nth[] = [1, 2, 3, 4, -1]
export const workdays: readonly Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR']

export const every = (unit: Unit): Rule => ({
  every: 1,
  unit,
  days: [],
  monthDay: null,
  end: { is: 'never' },
})

export const weekdayCode = (day: Day): Weekday => weekdays[weekdayOf(day)] ?? 'MO'

/** Which one of its weekday a day is in its month; a fifth is the last. */
export function nthOf(day: Day): Nth {
  const at = Math.ceil(Number(day.slice(8)) / 7)
  return nths.find((nth) => nth === at) ?? -1
}

/** The text of a rule (RFC 5545 §3.3.10). */
export function ruleText(rule: Rule): string {
  const { every: interval, unit, days, monthDay, end } = rule
  return [
    `FREQ=${frequencies[unit]}`,
    interval > 1 && `INTERVAL=${interval}`,
    unit === 'week' &&
      days.length > 0 &&
      `BYDAY=${weekdays.filter((d) => days.includes(d)).join(',')}`,
    unit === 'month' && monthDay?.by === 'day' && `BYMONTHDAY=${monthDay.day}`,
    unit === 'month' && monthDay?.by === 'last' && 'BYMONTHDAY=-1',
    unit === 'month' && monthDay?.by === 'nth' && `BYDAY=${monthDay.nth}${monthDay.weekday}`,
    end.is === 'count' && `COUNT=${end.count}`,
    end.is === 'until' && `UNTIL=${end.day.replaceAll('-', '')}`,
  ]
    .filter((part) => part !== false)
    .join(';')
}

/** What a text of a rule says; null where it says more than the editor can. */
export function readRule(text: string): Rule | null {
  const parts = new Map(
    text.split(';').map((part): [string, string] => {
      const [name = '', value = ''] = part.split('=', 2)
      return [name, value]
    }),
  )
  const take = (name: string): string | undefined => {
    const value = parts.get(name)
    parts.delete(name)
    return value
  }
  const unit = units.find((each) => frequencies[each] === parts.get('FREQ'))
  if (unit === undefined) return null
  take('FREQ')
  // It only matters with several weeks and several days, and the server reads it then.
  if (parts.get('WKST') === 'MO') take('WKST')
  const interval = Number(take('INTERVAL') ?? '1')
  const end = endOf(take('COUNT'), take('UNTIL'))
  const byDay = take('BYDAY')
  const byMonthDay = take('BYMONTHDAY')
  const position = take('BYSETPOS')
  if (parts.size > 0 || end === null || !Number.isInteger(interval)) return null
  const rule: Rule = { every: interval, unit, days: [], monthDay: null, end }
  if (byDay === undefined && byMonthDay === undefined) return position === undefined ? rule : null
  if (unit === 'week' && byDay !== undefined && byMonthDay === undefined && position === undefined)
    return weekly(rule, byDay)
  if (unit === 'day' && interval === 1 && byDay !== undefined && byMonthDay === undefined)
    return position === undefined ? weekly({ ...rule, unit: 'week' }, byDay) : null
  if (unit !== 'month') return null
  const monthDay = monthDayOf(byDay, byMonthDay, position)
  return monthDay === null ? null : { ...rule, monthDay }
}

function weekly(rule: Rule, byDay: string): Rule | null {
  const codes = byDay.split(',')
  const days = weekdays.filter((day) => codes.includes(day))
  return days.length === codes.length ? { ...rule, days } : null
}

function monthDayOf(
  byDay: string | undefined,
  byMonthDay: string | undefined,
  position: string | undefined,
): MonthDay | null {
  if (byDay === undefined) {
    const day = Number(byMonthDay)
    if (position !== undefined || !Number.isInteger(day)) return null
    if (day === -1) return { by: 'last' }
    return day >= 1 && day <= 31 ? { by: 'day', day } : null
  }
  if (byMonthDay !== undefined) return null
  const found = /^(-?\d+)?([A-Z]{2})$/.exec(byDay)
  const said = found?.[1] ?? position
  const nth = nths.find((each) => String(each) === said)
  const weekday = weekdays.find((each) => each === found?.[2])
  if (nth === undefined || weekday === undefined) return null
  return found?.[1] !== undefined && position !== undefined ? null : { by: 'nth', nth, weekday }
}

function endOf(count: string | undefined, until: string | undefined): End | null {
  if (count !== undefined) return { is: 'count', count: Number(count) }
  if (until === undefined) return { is: 'never' }
  const found = /^(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?$/.exec(until)
  if (found === null) return null
  return { is: 'until', day: `${found[1] ?? ''}-${found[2] ?? ''}-${found[3] ?? ''}` }
}
