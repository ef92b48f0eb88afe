import { dayAt, type Day } from '@/lib/days'
import type { Change } from '../history/changes'

/** A change on the scale, at `x` between 0 (the oldest that is known) and 1 (now). */
export type Step = { readonly change: Change; readonly day: Day; readonly x: number }

export type Scale = {
  /** Oldest first. */
  readonly steps: readonly Step[]
  /** Where each day begins. */
  readonly days: readonly { readonly day: Day; readonly x: number }[]
}

/** Of all the width, at most this much stands between days. */
const BETWEEN_DAYS = 0.3
/** Steps that fit between two days where there are few of them. */
const WIDEST_GAP = 2

/**
 * The scale of a history. It goes by what happened and not by the clock: a quiet month takes no more room than a quiet
 * night, and each change of a busy hour can be reached. Days stand a little apart.
 */
export function scaleOf(newestFirst: readonly Change[], zone: string): Scale {
  const dated = newestFirst
    .toReversed()
    .map((change) => ({ change, day: dayAt(Date.parse(change.at), zone) }))
  const count = new Set(dated.map(({ day }) => day)).size
  const gap = Math.min(WIDEST_GAP, (BETWEEN_DAYS * dated.length) / Math.max(1, count - 1))
  const length = dated.length + gap * (count - 1)
  let end = 0
  const days: { day: Day; x: number }[] = []
  const steps = dated.map(({ change, day }, at): Step => {
    if (day !== dated[at - 1]?.day) {
      if (at > 0) end += gap
      days.push({ day, x: end / length })
    }
    end += 1
    return { change, day, x: (end - 0.5) / length }
  })
  return { steps, days }
}

/** The step that stands closest to a place of the scale. */
export function nearest({ steps }: Scale, x: number): number {
  const after = steps.findIndex((step) => step.x >= x)
  if (after === -1) return steps.length - 1
  const [before, here] = [steps[after - 1], steps[after]]
  if (before === undefined || here === undefined) return after
  return x - before.x < here.x - x ? after - 1 : after
}

/** The number of a position within its partition; NaN for what is none. */
const numberOf = (position: string) => Number(/^\d+:(\d+)$/u.exec(position)?.[1] ?? Number.NaN)

/** The last step that had happened at a moment: a position, an instant, or now when it is neither. */
export function stepAt({ steps }: Scale, moment: string): number {
  const [number, instant] = [numberOf(moment), Date.parse(moment)]
  const happened = ({ change }: Step) =>
    !Number.isNaN(number)
      ? numberOf(change.position) <= number
      : Number.isNaN(instant) || Date.parse(change.at) <= instant
  return Math.max(0, steps.findLastIndex(happened))
}

/** The first step of the day before or behind, or of the day itself when it is not there yet. */
export function dayStep({ steps }: Scale, at: number, direction: -1 | 1): number {
  const day = steps[at]?.day
  if (direction === 1) {
    const next = steps.findIndex((step, index) => index > at && step.day !== day)
    return next === -1 ? steps.length - 1 : next
  }
  const first = steps.findIndex((step) => step.day === day)
  if (first < at) return first
  const before = steps[first - 1]?.day
  return Math.max(
    0,
    steps.findIndex((step) => step.day === before),
  )
}

/** How much happened around a place of the scale. */
export type Column = { x: number; done: number; deleted: number; other: number }

/** What happened in at most so many columns: one for each step, or several steps in one where they are too many. */
export function columnsOf({ steps }: Scale, most: number): Column[] {
  const columns = new Map<number, Column>()
  for (const { change, x } of steps) {
    const place = steps.length <= most ? x : (Math.floor(x * most) + 0.5) / most
    const column = columns.get(place) ?? { x: place, done: 0, deleted: 0, other: 0 }
    columns.set(place, column)
    for (const { type } of change.events) {
      if (type === 'task.completed') column.done += 1
      else if (type.endsWith('deleted')) column.deleted += 1
      else column.other += 1
    }
  }
  return [...columns.values()]
}
