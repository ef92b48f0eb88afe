import { describe, expect, it } from 'vitest'
import { daysOfMonth, sameDayOfMonth } from './months'
import { readDay } from './readDay'

// A Sunday.
const today = '2026-11-22'

describe('a day in words', () => {
  it.each([
    ['en', 'tomorrow', '2026-11-23'],
    ['en', 'Friday', '2026-11-27'],
    ['en', 'sunday', '2026-11-29'],
    ['en', 'in 3 days', '2026-11-25'],
    ['en', 'next week', '2026-11-29'],
    ['en', 'Jan 3', '2027-01-03'],
    ['en', '2027-02-28', '2027-02-28'],
    ['en', '12/24', '2026-12-24'],
    ['en', '11/21', '2027-11-21'],
    ['en', '12/24/27', '2027-12-24'],
    ['en', '24', '2026-11-24'],
    ['en', '3', '2026-12-03'],
    ['de', 'übermorgen', '2026-11-24'],
    ['de', 'Ubermorgen', '2026-11-24'],
    ['de', 'freitag', '2026-11-27'],
    ['de', '24.12.', '2026-12-24'],
    ['de', '24. Dez', '2026-12-24'],
    ['de', 'in 2 Wochen', '2026-12-06'],
    ['ar', 'غدا', '2026-11-23'],
    ['ar', 'الجمعة', '2026-11-27'],
    ['ar', '٢٤/١٢', '2026-12-24'],
  ])('in %s is “%s” %s', (locale, text, day) => {
    expect(readDay(text, today, locale)).toBe(day)
  })

  it.each(['', 'soon', '30.2.', '2026-02-30', '1/2/3/4', '31/31'])('is none: “%s”', (text) => {
    expect(readDay(text, today, 'de')).toBeNull()
  })
})

it('shows six weeks of a month from the first day of the week', () => {
  const weeks = daysOfMonth(today, 'monday')
  expect(weeks.map((days) => days.length)).toEqual([7, 7, 7, 7, 7, 7])
  expect(weeks[0]?.[0]).toBe('2026-10-26')
  expect(daysOfMonth(today, 'sunday')[0]?.[0]).toBe('2026-11-01')
  expect(daysOfMonth(today, 'saturday')[0]?.[0]).toBe('2026-10-31')
})

it('goes to the last day of a shorter month', () => {
  expect(sameDayOfMonth('2027-01-31', 1)).toBe('2027-02-28')
  expect(sameDayOfMonth('2028-02-29', 12)).toBe('2029-02-28')
  expect(sameDayOfMonth('2026-03-31', -1)).toBe('2026-02-28')
})
