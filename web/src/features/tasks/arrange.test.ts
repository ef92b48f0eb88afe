import { describe, expect, it } from 'vitest'
import type { Task } from '@/api/types'
import { movesTo, placeAfter, placeAt, spotFor, type Step } from './arrange'
import type { Row } from './rows'

const task = (task_id: string, parent_id: string | null): Task => ({
  task_id,
  parent_id,
  title: task_id,
  workspace_id: 'w',
  description: '',
  priority: 'none',
  tags: [],
  reminders: [],
  blocked_by: [],
  blocked: false,
  comments: 0,
  subtasks: { open: 0, done: 0 },
  created_at: '',
  created_by: '',
  updated_at: '',
  version: 0,
  rank: '',
})

/** Rows by their indentation. */
function rowsOf(...lines: string[]): Row[] {
  const above: string[] = []
  return lines.map((line) => {
    const name = line.trim()
    const depth = (line.length - name.length) / 2
    above[depth] = name
    return { kind: 'task', key: name, depth, task: task(name, above[depth - 1] ?? null) }
  })
}

const rows = rowsOf('a', 'b', '  b1', '    b1a', '  b2', 'c')

const dropped = (ids: string[], index: number, depth: number) => {
  const set = new Set(ids)
  return placeAt(rows, set, spotFor(rows, set, index, depth))
}

describe('a drop', () => {
  it.each([
    [['c'], 0, 0, { parent_id: null, before: 'a' }],
    [['c'], 1, 0, { parent_id: null, after: 'a' }],
    [['c'], 1, 1, { parent_id: 'a' }],
    [['c'], 1, 7, { parent_id: 'a' }],
    [['a'], 2, 0, { parent_id: 'b', before: 'b1' }],
    [['a'], 5, 0, { parent_id: null, after: 'b' }],
    [['a'], 5, 1, { parent_id: 'b', after: 'b2' }],
    [['a'], 5, 2, { parent_id: 'b2' }],
    [['a'], 6, 0, { parent_id: null, after: 'c' }],
    // Onto itself and what hangs on it.
    [['b'], 3, 0, { parent_id: null, after: 'a' }],
    [['b'], 3, 5, { parent_id: 'a' }],
    [['a', 'b'], 6, 1, { parent_id: 'c' }],
    [['a', 'b', 'c'], 3, 4, { parent_id: null }],
  ])('of %j before row %i, %i deep', (ids, index, depth, place) => {
    expect(dropped(ids, index, depth)).toEqual(place)
  })
})

describe('a step', () => {
  it.each<[string, Step, object | undefined]>([
    ['a', 'up', undefined],
    ['b', 'up', { parent_id: null, before: 'a' }],
    ['a', 'down', { parent_id: null, after: 'b' }],
    ['b2', 'down', undefined],
    ['b2', 'up', { parent_id: 'b', before: 'b1' }],
    ['a', 'in', undefined],
    ['c', 'in', { parent_id: 'b' }],
    ['b2', 'in', { parent_id: 'b1' }],
    ['b1a', 'out', { parent_id: 'b', after: 'b1' }],
    ['b2', 'out', { parent_id: null, after: 'b' }],
    ['c', 'out', undefined],
    ['nowhere', 'up', undefined],
  ])('of %s %s', (id, step, place) => {
    const found = rows.find(({ key }) => key === id)
    const one = found?.kind === 'task' ? found.task : task(id, null)
    expect(placeAfter(rows, one, step)).toEqual(place)
  })
})

it('does not take for a sibling what only stands beside, as its parent is done', () => {
  const strays: Row[] = [
    { kind: 'task', key: 'a', depth: 0, task: task('a', null) },
    { kind: 'task', key: 'x', depth: 0, task: task('x', 'done') },
    { kind: 'task', key: 'b', depth: 0, task: task('b', null) },
  ]
  const place = placeAt(strays, new Set(['b']), { index: 2, depth: 0 })
  expect(place).toEqual({ parent_id: null, after: 'a' })
})

it('keeps the order of several', () => {
  const ids = ['x', 'y']
  expect(movesTo(ids, { parent_id: null, before: 'a' }).map(({ task_id }) => task_id)).toEqual(ids)
  const behind = movesTo(ids, { parent_id: null, after: 'a' })
  expect(behind.map(({ task_id }) => task_id)).toEqual(['y', 'x'])
})
