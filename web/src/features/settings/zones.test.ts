import { expect, it } from 'vitest'
import { zoneOptions } from './zones'

it('names zones by place, with how far from UTC they are at that moment', () => {
  const of = (instant: string) =>
    zoneOptions('en', Date.parse(instant), 'Etc/GMT+5').find(
      ({ value }) => value === 'America/New_York',
    )
  expect(of('2026-01-15T12:00:00Z')).toEqual({
    value: 'America/New_York',
    label: 'America/New York',
    detail: 'GMT-5',
  })
  expect(of('2026-07-15T12:00:00Z')?.detail).toBe('GMT-4')
})

it('has the zone that is set, also where the browser does not list it', () => {
  const values = zoneOptions('en', 0, 'Etc/GMT+5').map(({ value }) => value)
  expect(values).toContain('Etc/GMT+5')
  expect(values.filter((value) => value === 'UTC')).toHaveLength(1)
})
