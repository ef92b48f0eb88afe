import { describe, expect, it } from 'vitest'
import type { Activity } from '@/api/types'
import { changesOf, isUndoable, userOf } from './changes'
import { phrasesOf } from './deeds'

let number = 0

function event(change: string, type: string, more: Partial<Activity> = {}): Activity {
  number += 1
  return {
    position: `0:${number}`,
    event_id: `event-${number}`,
    type,
    workspace_id: 'w',
    stream_id: 'a',
    version: 1,
    actor: 'user:ada',
    actor_name: 'Ada',
    occurred_at: '2026-11-20T10:00:00Z',
    recorded_at: '2026-11-20T10:00:00Z',
    change_id: change,
    changes: [],
    ...more,
  }
}

describe('changes', () => {
  it('have the events of one command, oldest first, and the position of the last', () => {
    const [made, done, other] = [
      event('1', 'task.created'),
      event('1', 'task.completed'),
      event('2', 'task.updated'),
    ]
    const changes = changesOf([other, done, made])
    expect(changes.map(({ id }) => id)).toEqual(['2', '1'])
    expect(changes[1]?.events).toEqual([made, done])
    expect(changes[1]?.position).toBe(done.position)
  })

  it('know what took them back, and whether that still stands', () => {
    const done = event('1', 'task.completed')
    const undo = event('2', 'task.reopened', { undoes: '1' })
    const redo = event('3', 'task.completed', { undoes: '2' })
    const undone = changesOf([undo, done])
    expect(undone.map(({ undoneBy }) => undoneBy)).toEqual([null, '2'])
    const again = changesOf([redo, undo, done])
    expect(again.map(({ undoneBy }) => undoneBy)).toEqual([null, '3', null])
  })

  it('of the making of a workspace cannot be taken back', () => {
    const [first] = changesOf([event('1', 'workspace.created')])
    const [second] = changesOf([event('1', 'list.created')])
    expect([first, second].map((change) => change && isUndoable(change))).toEqual([false, true])
  })

  it('are by somebody, or by the system', () => {
    const by = (actor: string) => changesOf([event('1', 'task.created', { actor })]).map(userOf)
    expect([by('user:ada'), by('agent:bob'), by('system')]).toEqual([['ada'], ['bob'], [null]])
  })
})

describe('phrases', () => {
  it('name the first of several things once', () => {
    const events = ['a', 'b', 'b'].map((stream_id) =>
      event('1', 'task.updated', { stream_id, task_title: `Task ${stream_id}` }),
    )
    expect(phrasesOf(events)).toEqual([{ deed: 'task_updated', name: 'Task a', more: 1 }])
  })

  it('do not tell of the occurrence that follows one that was done', () => {
    const done = event('1', 'task.completed', { task_title: 'Water the plants' })
    const next = event('1', 'task.created', { stream_id: 'b', task_title: 'Water the plants' })
    expect(phrasesOf([done, next]).map(({ deed }) => deed)).toEqual(['task_completed'])
    const imported = [event('1', 'task.created'), event('1', 'task.completed')]
    expect(phrasesOf(imported).map(({ deed }) => deed)).toEqual(['task_created', 'task_completed'])
  })

  it('say something of events that this version does not know', () => {
    expect(phrasesOf([event('1', 'task.painted')]).map(({ deed }) => deed)).toEqual(['other'])
  })
})
