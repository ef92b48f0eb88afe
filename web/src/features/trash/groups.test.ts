import { expect, it } from 'vitest'
import type { List, Task } from '@/api/types'
import { groupsOf, rootsOf, withThing } from './groups'

const at = '2026-11-20T08:00:00Z'
const stamps = { created_at: at, updated_at: at, version: 1, rank: 'a', workspace_id: 'w' }

const task = (task_id: string, more: Partial<Task>): Task => ({
  ...stamps,
  ...{ task_id, title: task_id, description: '', priority: 'none', tags: [], reminders: [] },
  ...{ blocked_by: [], blocked: false, comments: 0, subtasks: { open: 0, done: 0 } },
  ...more,
})
const [first, second] = ['2026-11-21T08:00:00Z', '2026-11-22T08:00:00Z']
const list: List = { ...stamps, list_id: 'l', name: 'List', open: 0, done: 0, deleted_at: first }
const groups = groupsOf(
  [list],
  [
    task('x', { deleted_at: second }),
    task('child', { deleted_at: first, list_id: 'l', parent_id: 'parent' }),
    task('parent', { deleted_at: first, list_id: 'l' }),
    task('alone', { deleted_at: first }),
  ],
)

it('has what one change deleted together, the last change first', () => {
  expect(groups.map(({ things }) => things.map(({ id }) => id))).toEqual([
    ['x'],
    ['l', 'child', 'parent', 'alone'],
  ])
})

it('knows what brings the others back', () => {
  const [, group] = groups
  if (group === undefined) throw new Error('there is no second group')
  expect(rootsOf(group).map(({ id }) => id)).toEqual(['l', 'alone'])
  const back = (id: string) => {
    const thing = group.things.find((each) => each.id === id)
    return thing && withThing(group, thing).map((each) => each.id)
  }
  expect(back('l')).toEqual(['l', 'child', 'parent'])
  expect(back('parent')).toEqual(['child', 'parent'])
  expect(back('child')).toEqual(['child'])
})
