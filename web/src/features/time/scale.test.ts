import { describe, expect, it } from 'vitest'
import type { Change } from '../history/changes'
import { columnsOf, dayStep, nearest, scaleOf, stepAt } from './scale'

function change(number: number, at: string): Change {
  const id = `${number}`
  const [actor, actorName, undoes, undoneBy] = ['user:ada', 'Ada', null, null]
  const event = {
    ...{ position: `0:${number}`, event_id: id, type: 'task.completed', workspace_id: 'w' },
    ...{ stream_id: id, version: 1, actor, occurred_at: at, recorded_at: at, change_id: id },
    changes: [],
  }
  return { id, position: `0:${number}`, at, actor, actorName, events: [event], undoes, undoneBy }
}

const newestFirst = [
  change(9, '2026-11-22T09:00:00Z'),
  change(7, '2026-11-20T23:30:00Z'),
  change(5, '2026-11-20T08:00:00Z'),
  change(2, '2026-11-01T08:00:00Z'),
]
const scale = scaleOf(newestFirst, 'UTC')

describe('a scale', () => {
  it('goes from the oldest to the newest, days in the zone of whoever looks', () => {
    expect(scale.steps.map(({ change: { id } }) => id)).toEqual(['2', '5', '7', '9'])
    expect(scale.days.map(({ day }) => day)).toEqual(['2026-11-01', '2026-11-20', '2026-11-22'])
    const berlin = scaleOf(newestFirst, 'Europe/Berlin')
    expect(berlin.steps.map(({ day }) => day.slice(-2))).toEqual(['01', '20', '21', '22'])
  })

  it('leaves more room between days than between the changes of one', () => {
    const [first, second, third] = scale.steps.map(({ x }) => x)
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan((third ?? 0) - (second ?? 0))
    expect(scale.steps.every(({ x }) => x > 0 && x < 1)).toBe(true)
  })

  it('finds the step closest to a place', () => {
    scale.steps.forEach(({ x }, at) => {
      expect(nearest(scale, x + 0.01)).toBe(at)
      expect(nearest(scale, x - 0.01)).toBe(at)
    })
    expect([nearest(scale, 0), nearest(scale, 1)]).toEqual([0, 3])
  })

  it('finds the step of a moment', () => {
    expect(stepAt(scale, '0:6')).toBe(1)
    expect(stepAt(scale, '0:7')).toBe(2)
    expect(stepAt(scale, '2026-11-20T12:00:00Z')).toBe(1)
    expect(stepAt(scale, 'now')).toBe(3)
    expect(stepAt(scale, '0:1')).toBe(0)
  })

  it('goes by days', () => {
    expect(dayStep(scale, 2, -1)).toBe(1)
    expect(dayStep(scale, 1, -1)).toBe(0)
    expect(dayStep(scale, 0, -1)).toBe(0)
    expect(dayStep(scale, 0, 1)).toBe(1)
    expect(dayStep(scale, 1, 1)).toBe(3)
    expect(dayStep(scale, 3, 1)).toBe(3)
  })

  it('has a column for each step, or for several when they are too many', () => {
    expect(columnsOf(scale, 100)).toHaveLength(4)
    const columns = columnsOf(scale, 2)
    expect(columns).toHaveLength(2)
    expect(columns.reduce((sum, { done }) => sum + done, 0)).toBe(4)
  })
})
