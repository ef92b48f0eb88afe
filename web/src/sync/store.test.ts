import 'fake-indexeddb/auto'
import { describe, expect, it, vi } from 'vitest'
import { Engine } from './engine'
import type { Ports } from './engine'
import { effectOf } from './patches'
import type { Entry } from './outbox'
import { taskKey } from './rows'
import type { Batch } from './state'
import { Store } from './store'
import { WORKSPACE, blank, rowOf } from './testing/server'

const nothing: Batch = {
  ...{ rows: [], gone: [], outbox: [], done: [] },
  ...{ conflicts: [], resolved: [], refused: [], dismissed: [] },
}
const task = (title: string, at: number) => rowOf({ ...blank('t'), title }, at)
const progress = (number: number) => ({ positions: { 0: number }, loaded: { [WORKSPACE]: 0 } })

let names = 0
const open = () => {
  names += 1
  return Store.open(`store ${names}`)
}

const entry = (id: string): Entry => {
  const command = { command: 'create_task', task_id: `t${id}`, title: id } as const
  const author = { workspace: WORKSPACE, user: 'u', now: 0, entry: id }
  const effect = effectOf(command, new Map(), author)
  return { id, key: id, workspace: WORKSPACE, command, made: 0, attempts: 0, ...effect }
}

describe('the store', () => {
  it('gives back what was stored, in the order of the outbox', async () => {
    const store = await open()
    await store.save({ ...nothing, ...progress(7), rows: [task('one', 7)], outbox: [entry('b')] })
    await store.save({ ...nothing, outbox: [entry('a')] })
    const stored = await store.load(0)
    expect(stored).toMatchObject({ ...progress(7), rows: [task('one', 7)] })
    expect(stored.outbox.map(({ id }) => id)).toEqual(['a', 'b'])
  })

  it('keeps the newer row, and brings back none that is gone, when another page lags behind', async () => {
    const store = await open()
    await store.save({ ...nothing, ...progress(9), rows: [task('new', 9)] })
    await store.save({ ...nothing, ...progress(8), rows: [task('old', 8)] })
    expect(await store.load(0)).toMatchObject({ ...progress(9), rows: [task('new', 9)] })
    await store.save({ ...nothing, gone: [{ key: taskKey('t'), at: 10 }] })
    await store.save({ ...nothing, rows: [task('old', 9)] })
    expect((await store.load(0)).rows).toEqual([])
  })

  it('forgets tasks that were done long ago, and everything when it is wiped', async () => {
    const store = await open()
    const done = { ...blank('t'), completed_at: '2026-01-01T00:00:00Z' }
    await store.save({ ...nothing, rows: [rowOf(done, 1)], outbox: [entry('a')] })
    expect((await store.load(Date.parse('2026-01-20'))).rows).toHaveLength(1)
    expect((await store.load(Date.parse('2026-11-20'))).rows).toHaveLength(0)
    await store.wipe()
    expect((await (await Store.open(`store ${names}`)).load(0)).outbox).toEqual([])
  })
})

describe('without a disk', () => {
  const ports: Ports = {
    reader: { read: vi.fn(), page: vi.fn(), probe: vi.fn() },
    send: vi.fn(),
    socket: () => ({ pong: vi.fn(), check: vi.fn(), close: vi.fn() }),
    disk: () => Promise.reject(new DOMException('private window', 'InvalidStateError')),
    tabs: { lead: () => Promise.resolve(), tell: vi.fn(), end: vi.fn() },
    now: () => 0,
    newId: () => 'id',
    jitter: () => 0,
  }

  it('works in memory, and says so', async () => {
    const engine = new Engine(ports, () => undefined)
    await engine.start()
    engine.input({ is: 'enqueue', entry: entry('a') })
    expect(engine.state).toMatchObject({ storage: 'memory', leads: true })
    expect(engine.state.outbox).toHaveLength(1)
    engine.stop()
  })

  it('goes on in memory when the disk is full', async () => {
    const store = await open()
    const disk = {
      load: (now: number) => store.load(now),
      outbox: () => store.outbox(),
      save: () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
    }
    const engine = new Engine({ ...ports, disk: () => Promise.resolve(disk) }, () => undefined)
    await engine.start()
    engine.input({ is: 'enqueue', entry: entry('a') })
    await engine.settled()
    expect(engine.state).toMatchObject({ storage: 'memory', leads: true })
    expect(engine.state.outbox).toHaveLength(1)
    engine.stop()
  })
})
