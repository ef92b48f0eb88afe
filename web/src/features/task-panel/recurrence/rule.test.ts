import { describe, expect, it } from 'vitest'
import { nthOf, readRule, ruleText } from './rule'

describe('a rule', () => {
  it.each([
    'FREQ=DAILY',
    'FREQ=DAILY;INTERVAL=3',
    'FREQ=WEEKLY;BYDAY=MO,TH',
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,SA;COUNT=10',
    'FREQ=MONTHLY;BYMONTHDAY=15',
    'FREQ=MONTHLY;BYMONTHDAY=-1',
    'FREQ=MONTHLY;BYDAY=1MO',
    'FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR;UNTIL=20270630',
    'FREQ=YEARLY',
  ])('is the same when it was read: %s', (text) => {
    const rule = readRule(text)
    expect(rule).not.toBeNull()
    expect(rule && ruleText(rule)).toBe(text)
  })

  it.each([
    ['FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1', 'FREQ=MONTHLY;BYDAY=-1FR'],
    ['FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
    ['FREQ=WEEKLY;UNTIL=20270630T215959Z', 'FREQ=WEEKLY;UNTIL=20270630'],
    ['FREQ=WEEKLY;WKST=MO', 'FREQ=WEEKLY'],
  ])('may be said otherwise: %s', (text, same) => {
    const rule = readRule(text)
    expect(rule && ruleText(rule)).toBe(same)
  })

  it.each([
    'FREQ=HOURLY',
    'FREQ=WEEKLY;BYDAY=1MO',
    'FREQ=MONTHLY;BYDAY=MO,TU',
    'FREQ=MONTHLY;BYDAY=5MO',
    'FREQ=MONTHLY;BYMONTHDAY=1,15',
    'FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR',
    'FREQ=YEARLY;BYMONTH=6',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
    'nonsense',
  ])('is left alone where the editor has no words for it: %s', (text) => {
    expect(readRule(text)).toBeNull()
  })

  it('knows which weekday of its month a day is', () => {
    expect(nthOf('2026-11-02')).toBe(1)
    expect(nthOf('2026-11-22')).toBe(4)
    expect(nthOf('2026-11-30')).toBe(-1)
  })
})
