import { describe, expect, it } from 'vitest'
import type { Task } from '@/api/types'
import { columnsOf, firstDay, type Field } from './columns'

const around = { now: Date.parse('2026-11-22T12:00:00Z'), zone: 'UTC', lists: [], people: ['ada'] }

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

const board = (by: Field, ...tasks: Task[]) =>
  columnsOf(by, tasks, around).map(({ key, tasks: there }) => [
    key,
    there.map((each) => each.task_id).join(' '),
  ])

describe('columns', () => {
  it('of priorities are always there, the most urgent first', () => {
    const shown = board('priority', task('a', { priority: 'high' }), task('b', {}))
    expect(shown.map(([key]) => key)).toEqual([
      ...['priority:urgent', 'priority:high', 'priority:medium', 'priority:low', 'priority:none'],
    ])
    expect(shown[1]).toEqual(['priority:high', 'a'])
  })

  it('of days have what is overdue only when there is something', () => {
    const on = (date: string) => ({ due: { date } })
    const days = [
      task('today', on('2026-11-22')),
      task('tomorrow', on('2026-11-23')),
      task('soon', on('2026-11-28')),
      task('later', on('2026-11-29')),
      task('never', {}),
    ]
    expect(board('due', ...days).map(([, there]) => there)).toEqual([
      ...['today', 'tomorrow', 'soon', 'later', 'never'],
    ])
    expect(board('due', task('late', on('2026-11-21')))[0]).toEqual(['due:overdue', 'late'])
    expect(firstDay('week', '2026-11-22')).toBe('2026-11-24')
  })

  it('of tags have a task in each of its tags', () => {
    expect(board('tag', task('a', { tags: ['x', 'y'] }), task('b', {}))).toEqual([
      ['column:tag:x', 'a'],
      ['column:tag:y', 'a'],
      ['column:tag:', 'b'],
    ])
  })

  it('of people and of states', () => {
    expect(board('assignee', task('a', { assignee_id: 'ada' }))).toEqual([
      ['assignee:', ''],
      ['assignee:ada', 'a'],
    ])
    const done = task('done', { completed_at: '2026-11-22T08:00:00Z', blocked: true })
    expect(board('status', done, task('waits', { blocked: true }))).toEqual([
      ['status:open', ''],
      ['status:waiting', 'waits'],
      ['status:done', 'done'],
    ])
  })
})
