import { describe, expect, it } from 'vitest'
import { step } from './machine'
import type { Row, Task } from './rows'
import { taskKey } from './rows'
import { NOTHING } from './state'
import type { State } from './state'
import { WORKSPACE, blank, rowOf } from './testing/server'
import { Views } from './view'

const TASKS = 10_000
const LISTS = 40

const listOf = (index: number) => `list ${index % LISTS}`

/** Ten thousand tasks, loaded by pages of 500. */
function loaded(): State {
  let state = NOTHING
  const take = (...[input]: [Parameters<typeof step>[1]]) => {
    ;[state] = step(state, input, 0)
  }
  take({ is: 'started', storage: 'memory' })
  take({ is: 'said', message: { type: 'hello', positions: ['0:7'], workspaces: [WORKSPACE] } })
  for (let first = 0; first < TASKS; first += 500) {
    const rows = Array.from({ length: 500 }, (_, index): Row => {
      const task_id = String(first + index)
      const rank = task_id.padStart(6, '1')
      // As it comes from the wire: engines look into objects that were spread far more slowly.
      return structuredClone(rowOf({ ...blank(task_id), list_id: listOf(first + index), rank }, 7))
    })
    const more = first + 500 < TASKS ? { cursor: String(first) } : {}
    take({ is: 'page', workspace: WORKSPACE, run: 1, at: 7, partition: 0, rows, ...more })
  }
  for (let part = 0; part < 5; part += 1) {
    take({ is: 'page', workspace: WORKSPACE, run: 1, at: 7, partition: 0, rows: [] })
  }
  return state
}

/** The shortest of some tries (ms): the work, without what else the machine does. */
function work(what: (turn: number) => unknown): number {
  const tries = Array.from({ length: 15 }, (_, turn) => {
    const began = performance.now()
    what(turn)
    return performance.now() - began
  })
  return Math.min(...tries)
}

describe('ten thousand tasks', () => {
  const state = loaded()
  const views = new Views(state)

  it('are all there, page by page', () => {
    expect(state.places.get(WORKSPACE)?.loaded).toBe(true)
    expect(views.view.tasks(WORKSPACE)).toHaveLength(TASKS)
    expect(views.view.tasksIn(WORKSPACE, listOf(3))).toHaveLength(TASKS / LISTS)
  })

  it('are selected in less than 5 ms of work', () => {
    const due = (task: Task) => !task.completed_at && task.due?.date === '2026-11-22'
    expect(work(() => views.view.tasksIn(WORKSPACE, listOf(3)).filter(due))).toBeLessThan(5)
    expect(work(() => views.view.tasks(WORKSPACE).filter(due))).toBeLessThan(5)
  })

  it('cost little when one of them changes, and the others stay the same objects', () => {
    let next = state
    const before = views.view
    const shelf = before.tasksIn(WORKSPACE, listOf(4))
    const spent = work((turn) => {
      const task = { ...blank('3'), list_id: listOf(3), rank: '111113', title: `title ${turn}` }
      const found = [{ key: taskKey('3'), at: 8 + turn, rows: [rowOf(task, 8 + turn)] }]
      ;[next] = step(next, { is: 'read', workspace: WORKSPACE, partition: 0, found }, 0)
      expect(views.update(next)).toBe(true)
    })
    expect(spent).toBeLessThan(20)
    expect(views.view.task('3')?.title).toBe('title 14')
    expect(views.view.tasksIn(WORKSPACE, listOf(4))).toBe(shelf)
    for (const task of views.view.tasks()) {
      if (task.task_id !== '3' && before.task(task.task_id) !== task) {
        throw new Error(`${task.task_id} is another object`)
      }
    }
  })

  it('show the same list when a row is read anew and says the same', () => {
    const before = views.view
    const [first] = before.tasksIn(WORKSPACE, listOf(5))
    const row = rowOf({ ...blank(''), ...first }, 99)
    const found = [{ key: row.key, at: 99, rows: [row] }]
    const [next] = step(state, { is: 'read', workspace: WORKSPACE, partition: 0, found }, 0)
    const again = new Views(state)
    const shelf = again.view.tasksIn(WORKSPACE, listOf(5))
    expect(again.update(next)).toBe(false)
    expect(again.view.tasksIn(WORKSPACE, listOf(5))).toBe(shelf)
  })
})
