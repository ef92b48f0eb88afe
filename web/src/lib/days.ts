import type { Due } from '@/api/types'

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string

const formats = new Map<string, Intl.DateTimeFormat>()

function partsIn(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formats.set(zone, format)
  return format
}

/** The wall clock of a zone at an instant, as if it were UTC. */
function wallClock(instant: number, zone: string): number {
  const part = Object.fromEntries(
    partsIn(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

export function dayAt(instant: number, zone: string): Day {
  return new Date(wallClock(instant, zone)).toISOString().slice(0, 10)
}

/** The instant of a wall-clock time in a zone; in a gap of the clock, as much later as the gap is long. */
export function instantIn(zone: string, day: Day, time: string): number {
  const wanted = Date.parse(`${day}T${time}Z`)
  const guess = wanted - (wallClock(wanted, zone) - wanted)
  return guess - (wallClock(guess, zone) - wanted)
}

/** When something with a time is due; null for a whole day. */
export function dueInstant(due: Due, zone: string): number | null {
  return due.time ? instantIn(due.zone ?? zone, due.date, due.time) : null
}

/** The day on which something is due for whoever looks from a zone. */
export function dueDay(due: Due, zone: string): Day {
  const instant = dueInstant(due, zone)
  return instant === null ? due.date : dayAt(instant, zone)
}

export function isOverdue(due: Due, now: number, zone: string): boolean {
  const instant = dueInstant(due, zone)
  return instant === null ? due.date < dayAt(now, zone) : instant < now
}

const DAY = 86_400_000

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10)
}

export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY)
}
