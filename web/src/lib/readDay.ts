import { addDays, type Day } from './days'
import { monthOf, sameDayOfMonth, weekdayOf } from './months'

const dictionaries = new Map<string, ReadonlyMap<string, Day>>()

/** A day in somebody's words and order of numbers; null where it is none. Without a year it is the next such day. */
export function readDay(text: string, today: Day, locale: string): Day | null {
  const said = plain(text)
  if (said === '') return null
  return words(today, locale).get(said) ?? numbers(said, today, locale)
}

/** Without what people leave out or write in either way. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u064b-\u0652\u0300-\u036f\u200e\u200f]/g, '')
    .replace(/[٠-٩]/g, (digit) => String((digit.codePointAt(0) ?? 0) - 0x660))
    .toLocaleLowerCase()
    .replace(/[.,،]+(?=\s|$)/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Every way in which the browser says one of the days to come: “tomorrow”, “in 3 weeks”, “Friday”, “3 Jan”. */
function words(today: Day, locale: string): ReadonlyMap<string, Day> {
  const key = `${locale} ${today}`
  const known = dictionaries.get(key)
  if (known !== undefined) return known
  const found = new Map<string, Day>()
  const put = (name: string, day: Day) => {
    const word = plain(name)
    if (!found.has(word)) found.set(word, day)
  }
  const relative = [
    new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
    new Intl.RelativeTimeFormat(locale, { numeric: 'always' }),
  ]
  for (const format of relative) {
    for (let days = -7; days <= 60; days += 1) put(format.format(days, 'day'), addDays(today, days))
    for (let weeks = 1; weeks <= 26; weeks += 1)
      put(format.format(weeks, 'week'), addDays(today, 7 * weeks))
    for (let months = 1; months <= 24; months += 1)
      put(format.format(months, 'month'), sameDayOfMonth(today, months))
  }
  const formats = [
    { weekday: 'long' },
    { weekday: 'short' },
    { day: 'numeric', month: 'long' },
    { day: 'numeric', month: 'short' },
    { weekday: 'short', day: 'numeric', month: 'short' },
  ] as const
  const dayFormats = formats.map(
    (options) => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options }),
  )
  for (let days = 1; days <= 366; days += 1) {
    const day = addDays(today, days)
    for (const format of dayFormats) put(format.format(Date.parse(day)), day)
  }
  dictionaries.clear()
  dictionaries.set(key, found)
  return found
}

/** `2026-11-22`, and day, month and year in the order of the language, the year or month left out as well. */
function numbers(said: string, today: Day, locale: string): Day | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(said)
  if (iso !== null) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const parts = said.split(/\s*[./\- ]\s*/).filter((part) => part !== '')
  if (parts.length > 3 || parts.some((part) => !/^\d{1,4}$/.test(part))) return null
  const given = parts.map(Number)
  if (given.length === 1) {
    const here = dayOf(Number(today.slice(0, 4)), Number(today.slice(5, 7)), given[0] ?? 0)
    return here === null || here >= today ? here : sameDayOfMonth(here, 1)
  }
  const order = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  })
    .formatToParts()
    .map(({ type }) => type)
    .filter((type) => type === 'day' || type === 'month' || (type === 'year' && given.length === 3))
  const valueOf = (type: 'day' | 'month' | 'year') => given[order.indexOf(type)] ?? 0
  const year = given.length === 3 ? valueOf('year') : Number(today.slice(0, 4))
  const day = dayOf(year < 100 ? 2000 + year : year, valueOf('month'), valueOf('day'))
  if (day === null || given.length === 3 || day >= today) return day
  return sameDayOfMonth(day, 12)
}

function dayOf(year: number, month: number, date: number): Day | null {
  const day = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
  const time = Date.parse(day)
  // A thirtieth of February is no day.
  return Number.isNaN(time) || new Date(time).getUTCDate() !== date || monthOf(day).length !== 7
    ? null
    : day
}

/** The next day with this weekday (0 is Sunday), not today. */
export function nextWeekday(today: Day, weekday: number): Day {
  return addDays(today, ((weekday - weekdayOf(today) + 6) % 7) + 1)
}
