import type { Due, FieldChange, Priority, Recurrence } from '@/api/types'

/** What a value of the log is; an event of another version may have anything there. */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : '')

export function asTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

export function asDue(value: unknown): Due | null {
  if (typeof value !== 'object' || value === null || !('date' in value)) return null
  const { date } = value
  if (typeof date !== 'string') return null
  const time = 'time' in value && typeof value.time === 'string' ? value.time : null
  const zone = 'zone' in value && typeof value.zone === 'string' ? value.zone : null
  return { date, time, zone }
}

export function asRecurrence(value: unknown): Pick<Recurrence, 'rule' | 'from'> | null {
  if (typeof value !== 'object' || value === null || !('rule' in value)) return null
  const from = 'from' in value && value.from === 'completion' ? 'completion' : 'due'
  return { rule: asText(value.rule), from }
}

const priorities: readonly Priority[] = ['none', 'low', 'medium', 'high', 'urgent']

export const asPriority = (value: unknown): Priority =>
  priorities.find((each) => each === value) ?? 'none'

export const asCount = (value: unknown): number => (Array.isArray(value) ? value.length : 0)

/** The names beside the ids of a value; what has none is left out. */
export function asNames(named: FieldChange['from_name']): string[] {
  const names = Array.isArray(named) ? named : [named]
  return names.filter((name) => typeof name === 'string')
}
