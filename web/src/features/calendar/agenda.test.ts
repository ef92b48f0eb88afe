import { describe, expect, it } from 'vitest'
import type { Task } from '@/api/types'
import { agendaOf, dueOn } from './agenda'

function task(id: string, fields: Partial<Task>): Task {
  return {
    task_id: id,
    workspace_id: 'w',
    title: id,
    description: '',
    priority: 'none',
    tags: [],
    reminders: [],
    rank: id,
    blocked_by: [],
    blocked: false,
    created_at: '2026-11-20T23:30:00Z',
    updated_at: '2026-11-21T08:00:00Z',
    version: 1,
    subtasks: { open: 0, done: 0 },
    comments: 0,
    ...fields,
  }
}

describe('the agenda', () => {
  it('has whole days first, the most urgent on top, then times', () => {
    const { days, undated } = agendaOf(
      [
        task('noon', { due: { date: '2026-11-24', time: '12:00:00' } }),
        task('day', { due: { date: '2026-11-24' } }),
        task('urgent', { due: { date: '2026-11-24' }, priority: 'urgent' }),
        task('early', { due: { date: '2026-11-24', time: '08:00:00' } }),
        task('never', {}),
      ],
      'UTC',
    )
    expect(days.get('2026-11-24')?.map((each) => each.title)).toEqual([
      ...['urgent', 'day', 'early', 'noon'],
    ])
    expect(undated.map((each) => each.title)).toEqual(['never'])
  })

  it('has the days of whoever looks', () => {
    const late = { date: '2026-11-24', time: '23:30:00', zone: 'America/New_York' }
    const { days } = agendaOf([task('late', { due: late })], 'Europe/Berlin')
    expect([...days.keys()]).toEqual(['2026-11-25'])
    // A day later for them is a day later there.
    expect(dueOn(late, '2026-11-26', 'Europe/Berlin')).toEqual({ ...late, date: '2026-11-25' })
  })
})

it('gives a day to what had none', () => {
  expect(dueOn(null, '2026-11-26', 'UTC')).toEqual({ date: '2026-11-26' })
})
