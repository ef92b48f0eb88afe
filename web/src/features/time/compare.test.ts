import { expect, it } from 'vitest'
import type { Task } from '@/api/types'
import { since } from './compare'

const then: Task = {
  ...{ task_id: 'a', workspace_id: 'w', title: 'Call Anna', description: '', rank: 'a' },
  ...{ priority: 'none', tags: [], reminders: [], blocked_by: [], blocked: false, comments: 0 },
  ...{ created_at: '2026-11-20T08:00:00Z', updated_at: '2026-11-20T08:00:00Z', version: 1 },
  subtasks: { open: 0, done: 0 },
  due: { date: '2026-11-21', time: null },
}

it('tells what became of a task', () => {
  expect(since(then, { ...then, version: 3, rank: 'b' })).toEqual({ is: 'same' })
  expect(since(then, { ...then, due: { date: '2026-11-21' } })).toEqual({ is: 'same' })
  expect(since(then, undefined)).toEqual({ is: 'deleted' })
  expect(since(then, { ...then, deleted_at: '2026-11-21T08:00:00Z' })).toEqual({ is: 'deleted' })
  const completed_at = '2026-11-21T08:00:00Z'
  expect(since(then, { ...then, completed_at })).toEqual({ is: 'completed' })
  expect(since({ ...then, completed_at }, { ...then, completed_at })).toEqual({ is: 'same' })
  expect(since(then, { ...then, title: 'Call Bob', priority: 'high' })).toEqual({
    is: 'changed',
    fields: ['title', 'priority'],
  })
})
