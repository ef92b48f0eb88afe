import { describe, expect, it } from 'vitest'
import type { Task } from '@/api/types'
import { countsOf, listRows, tagRows, todayRows, upcomingRows, type Row } from './rows'

const NOW = Date.parse('2026-11-22T12:00:00Z')

function task(id: string, fields: Partial<Task> = {}): Task {
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
    created_at: '2026-11-01T00:00:00Z',
    updated_at: '2026-11-01T00:00:00Z',
    version: 1,
    subtasks: { open: 0, done: 0 },
    comments: 0,
    ...fields,
  }
}

const keys = (rows: Row[]) => rows.map(({ key }) => key)

describe('a list', () => {
  it('goes by rank, with subtasks under their task', () => {
    const rows = listRows(
      [
        task('b'),
        task('c', { parent_id: 'a' }),
        task('a'),
        task('d', { list_id: 'other' }),
        task('e', { parent_id: 'gone' }),
      ],
      null,
    )
    expect(keys(rows)).toEqual(['a', 'c', 'b', 'e'])
    expect(rows.map((row) => (row.kind === 'task' ? row.depth : null))).toEqual([0, 1, 0, 0])
  })
})

describe('days', () => {
  const tasks = [
    task('later', { due: { date: '2026-11-22', time: '18:00:00' } }),
    task('day', { due: { date: '2026-11-22' } }),
    task('past', { due: { date: '2026-11-22', time: '09:00:00' } }),
    task('old', { due: { date: '2026-11-20' } }),
    task('soon', { due: { date: '2026-11-24' }, priority: 'low', tags: ['x'] }),
    task('first', { due: { date: '2026-11-24' }, priority: 'urgent' }),
    task('never', { tags: ['x'] }),
  ]

  it('has what is overdue before what is due today', () => {
    expect(keys(todayRows(tasks, NOW, 'UTC'))).toEqual([
      ...['overdue', 'old', 'past'],
      ...['2026-11-22', 'later', 'day'],
    ])
  })

  it('has the days that come, what is urgent first', () => {
    expect(keys(upcomingRows(tasks, NOW, 'UTC'))).toEqual([
      ...['2026-11-22', 'past', 'later', 'day'],
      ...['2026-11-24', 'first', 'soon'],
    ])
  })

  it('has a tag by what is due', () => {
    expect(keys(tagRows(tasks, 'x', 'UTC'))).toEqual(['soon', 'never'])
  })

  it('is counted for the sidebar', () => {
    const counts = countsOf([...tasks, task('l', { list_id: 'home' })], NOW, 'UTC')
    expect(counts).toMatchObject({ inbox: 7, today: 4, overdue: 2 })
    expect(counts.lists.get('home')).toBe(1)
    expect(counts.tags.get('x')).toBe(2)
  })
})
