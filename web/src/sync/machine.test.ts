import { beforeEach, describe, expect, it } from 'vitest'
import type { Command } from './commands'
import { step } from './machine'
import type { Entry } from './outbox'
import { effectOf } from './patches'
import { WORKSPACES } from './rows'
import type { Key, Problem } from './rows'
import type { Effect, Input, Sent, State } from './state'
import { NOTHING } from './state'
import { WORKSPACE, blank, rowOf } from './testing/server'

let state: State
let effects: Effect[]

const take = (input: Input) => {
  const [next, more] = step(state, input, 0)
  state = next
  effects = more
}
const did = (kind: Effect['do']) => effects.filter((effect) => effect.do === kind)
const sent = (entry: string, how: Sent) =>
  take({ is: 'sent', workspace: WORKSPACE, entry, newKey: `new ${entry}`, how })
const stored = (at: number): Sent => {
  return { is: 'stored', at, partition: 0, change: `change ${at}`, refused: [] }
}
const read = (title: string, version: number, at: number) => {
  const rows = [rowOf({ ...blank('t'), title, version }, at)]
  take({
    is: 'read',
    workspace: WORKSPACE,
    partition: 0,
    found: [{ key: 'task/t', at, rows }],
  })
}
const problem = (code: string, more: Partial<Problem> = {}): Sent => ({
  is: 'refused',
  problem: { type: '', title: code, status: 409, detail: code, code, ...more },
})

function enqueue(id: string, command: Command): Entry {
  const author = { workspace: WORKSPACE, user: 'me', now: 0, entry: id }
  const effect = effectOf(command, state.rows, author)
  const base = { id, key: id, workspace: WORKSPACE, command, made: 0, attempts: 0 }
  take({ is: 'enqueue', entry: { ...base, ...effect } })
  return { ...base, ...effect }
}
const rename = (id: string, title: string) =>
  enqueue(id, { command: 'update_task', task_id: 't', title })

beforeEach(() => {
  state = NOTHING
  const value = { ...blank('t'), title: 'old', version: 3 }
  const rest = { outbox: [], conflicts: [], refused: [] }
  const progress = { positions: { 0: 5 }, loaded: { [WORKSPACE]: 0 } }
  take({
    is: 'started',
    storage: 'disk',
    stored: { rows: [rowOf(value, 5)], ...rest, ...progress },
  })
  expect(did('connect')).toEqual([{ do: 'connect', from: ['0:5'] }])
  take({ is: 'leads' })
  take({ is: 'opened' })
  take({ is: 'said', message: { type: 'hello', positions: ['0:5'], workspaces: [WORKSPACE] } })
})

describe('the machine', () => {
  it('stores an entry as it is sent, before it is sent', () => {
    rename('a', 'new')
    expect(effects.map((effect) => effect.do)).toEqual(['store', 'send'])
    const [first] = effects
    expect(first).toMatchObject({ batch: { outbox: [{ id: 'a', sent: { ifMatch: 3 } }] } })
  })

  it('reads again what an event made old while it was being read', () => {
    const about = (key: Key) =>
      did('read').filter((one) => one.do === 'read' && one.keys.includes(key))
    expect(about(WORKSPACES)).toHaveLength(1)
    const event = { type: 'workspace.member_joined', subject: 'w', workspaceid: WORKSPACE }
    take({ is: 'said', message: { type: 'event', position: '0:6', event } })
    expect(about(WORKSPACES)).toHaveLength(0)
    const answer: Input = {
      is: 'read',
      workspace: '',
      partition: 0,
      found: [{ key: WORKSPACES, at: 5, rows: [] }],
    }
    take(answer)
    expect(about(WORKSPACES)).toHaveLength(1)
    take(answer)
    expect(about(WORKSPACES)).toHaveLength(0)
  })

  it('says the same again when the answer is lost, and waits for its turn', () => {
    rename('a', 'new')
    const [first] = did('send')
    sent('a', { is: 'lost', retryAfter: 7 })
    expect(did('send')).toEqual([])
    expect(did('ring')).toMatchObject([{ timer: `sends/${WORKSPACE}`, failures: 1, after: 7 }])
    take({ is: 'rang', timer: `sends/${WORKSPACE}` })
    const [again] = did('send')
    expect(again).toMatchObject({ entry: { key: 'a', sent: { ifMatch: 3 }, attempts: 2 } })
    expect(first).toMatchObject({ entry: { key: 'a', sent: { ifMatch: 3 }, attempts: 1 } })
  })

  it('shows an acknowledged entry until its row is there', () => {
    rename('a', 'new')
    sent('a', stored(6))
    expect(did('settle')).toMatchObject([{ outcome: { is: 'done', change: 'change 6' } }])
    expect(state.outbox).toHaveLength(1)
    expect(did('read')).toMatchObject([{ keys: ['task/t'], position: '0:6' }])
    read('new', 4, 6)
    expect(state.outbox).toEqual([])
  })

  it('moves its position on disk together with the rows', () => {
    const event = { type: 'task.updated', subject: 't', workspaceid: WORKSPACE }
    take({ is: 'said', message: { type: 'event', position: '0:9', event } })
    expect(state.positions).toEqual({ 0: 8 })
    read('theirs', 4, 9)
    const [store] = did('store')
    expect(store).toMatchObject({ batch: { rows: [{ at: 9 }], positions: { 0: 9 } } })
    take({ is: 'said', message: { type: 'event', position: '0:9', event } })
    expect(effects).toEqual([])
  })

  it('merges anew when the row was changed meanwhile, and tells of a conflict', () => {
    rename('a', 'mine')
    sent('a', problem('stale_version', { current_version: 4 }))
    expect(did('read')).toMatchObject([{ position: '0:6' }])
    read('theirs', 4, 6)
    expect(state.conflicts).toMatchObject([{ base: 'old', mine: 'mine', theirs: 'theirs' }])
    expect(state.outbox).toEqual([])
    expect(did('settle')).toMatchObject([{ outcome: { is: 'conflict' } }])
  })

  it('sends what is left under a new key and the version that was read', () => {
    enqueue('a', { command: 'update_task', task_id: 't', title: 'mine', priority: 'high' })
    sent('a', problem('stale_version', { current_version: 4 }))
    read('theirs', 4, 6)
    const command = { command: 'update_task', task_id: 't', priority: 'high' }
    expect(did('send')).toMatchObject([{ entry: { key: 'new a', command, sent: { ifMatch: 4 } } }])
    expect(state.conflicts).toHaveLength(1)
    sent('a', stored(7))
    expect(did('settle')).toMatchObject([{ outcome: { is: 'conflict', change: 'change 7' } }])
  })

  it('keeps the text of what is refused, and drops the undo of it', () => {
    const entry = rename('a', 'mine')
    enqueue('b', { command: 'undo', of: 'a' })
    sent('a', problem('role_required', { status: 403 }))
    expect(state.refused).toMatchObject([{ id: 'a', command: entry.command }])
    expect(state.outbox).toEqual([])
  })

  it('undoes an entry under the name of its change', () => {
    rename('a', 'mine')
    enqueue('b', { command: 'undo', of: 'a' })
    sent('a', stored(6))
    const command = { command: 'undo', change_id: 'change 6' }
    expect(did('send')).toMatchObject([{ entry: { id: 'b', command } }])
  })

  it('keeps everything and sends nothing while nobody is signed in', () => {
    rename('a', 'mine')
    sent('a', { is: 'signed_out' })
    take({ is: 'rang', timer: `sends/${WORKSPACE}` })
    expect(did('send')).toEqual([])
    expect(state.outbox).toHaveLength(1)
    take({ is: 'signed_in' })
    expect(did('send')).toHaveLength(1)
  })

  it('leaves the sending to the page that leads', () => {
    state = { ...state, leads: false }
    rename('a', 'mine')
    expect(did('send')).toEqual([])
    take({ is: 'leads', outbox: [] })
    expect(did('send')).toHaveLength(1)
  })

  it('reads all anew when the server was put back, and keeps what is shown and queued', () => {
    rename('a', 'mine')
    take({ is: 'ahead' })
    expect(did('store')).toMatchObject([{ batch: { wipe: true } }])
    expect(did('connect')).toEqual([{ do: 'connect', from: [] }])
    expect(state.rows.size).toBe(1)
    expect(state.outbox).toHaveLength(1)
  })

  it('asks now and then where requests get through and no socket does', () => {
    const fail = () => {
      take({ is: 'closed', opened: false, reachable: true })
      const asked = did('poll')
      take({ is: 'rang', timer: 'connect' })
      return asked
    }
    expect([fail(), fail()]).toEqual([[], []])
    expect(fail()).toEqual([{ do: 'poll' }])
    take({ is: 'polled', workspaces: [WORKSPACE] })
    expect(state.polls).toBe(true)
    expect(did('page')).toMatchObject([{ workspace: WORKSPACE, load: { part: 'open' } }])
    take({ is: 'closed', opened: false })
    expect(did('poll')).toEqual([])
    take({ is: 'said', message: { type: 'hello', positions: ['0:5'], workspaces: [WORKSPACE] } })
    expect(state.polls).toBe(false)
  })

  it('shows nothing of a workspace that was left, and tells what was not sent', () => {
    rename('a', 'mine')
    take({ is: 'said', message: { type: 'left', position: '0:6', workspace: WORKSPACE } })
    expect(state.rows.size).toBe(0)
    expect(state.refused).toMatchObject([{ id: 'a' }])
  })

  it('reads a workspace by pages when too much of it has changed', () => {
    for (let number = 6; number < 400; number += 1) {
      const event = { type: 'task.created', subject: `n${number}`, workspaceid: WORKSPACE }
      take({ is: 'said', message: { type: 'event', position: `0:${number}`, event } })
    }
    expect(state.places.get(WORKSPACE)?.load?.part).toBe('open')
  })
})
