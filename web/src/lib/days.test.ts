import { describe, expect, it } from 'vitest'
import { addDays, dayAt, daysBetween, dueDay, dueInstant, instantIn, isOverdue } from './days'

const at = (text: string) => Date.parse(text)

describe('days', () => {
  it('knows the day of a zone', () => {
    expect(dayAt(at('2026-11-21T23:30:00Z'), 'Europe/Berlin')).toBe('2026-11-22')
    expect(dayAt(at('2026-11-21T23:30:00Z'), 'America/New_York')).toBe('2026-11-21')
  })

  it.each([
    ['Europe/Berlin', '2026-11-22', '09:00:00', '2026-11-22T08:00:00Z'],
    ['Europe/Berlin', '2026-07-01', '09:00:00', '2026-07-01T07:00:00Z'],
    ['Asia/Kolkata', '2026-01-01', '00:15:00', '2025-12-31T18:45:00Z'],
    ['Europe/Berlin', '2026-03-29', '03:30:00', '2026-03-29T01:30:00Z'],
    ['America/New_York', '2026-11-01', '23:00:00', '2026-11-02T04:00:00Z'],
  ])('finds %s %s %s', (zone, day, time, instant) => {
    expect(instantIn(zone, day, time)).toBe(at(instant))
  })

  it('shows a time of another zone on the own day', () => {
    const due = { date: '2026-11-22', time: '01:00:00', zone: 'Asia/Tokyo' }
    expect(dueDay(due, 'Europe/Berlin')).toBe('2026-11-21')
    expect(dueInstant({ date: '2026-11-22' }, 'UTC')).toBeNull()
  })

  it('calls a day overdue when it is over, and a time when it has passed', () => {
    const noon = at('2026-11-22T12:00:00Z')
    expect(isOverdue({ date: '2026-11-22' }, noon, 'UTC')).toBe(false)
    expect(isOverdue({ date: '2026-11-21' }, noon, 'UTC')).toBe(true)
    expect(isOverdue({ date: '2026-11-22', time: '11:59:00' }, noon, 'UTC')).toBe(true)
    expect(isOverdue({ date: '2026-11-22', time: '12:01:00' }, noon, 'UTC')).toBe(false)
  })

  it('counts over months and changes of the clock', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2)
  })
})
