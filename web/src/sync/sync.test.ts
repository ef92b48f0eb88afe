import { describe, expect, it, vi } from 'vitest'
import type { Ports } from './engine'
import type { Entry } from './outbox'
import type { SocketEvents } from './socket'
import type { Sent } from './state'
import { Sync } from './sync'
import { WORKSPACE, blank, rowOf } from './testing/server'

/** A sync layer that is live, whose server answers by `answer`. */
async function liveSync(answer: (entry: Entry) => Sent) {
  const sent: Entry[] = []
  let ids = 0
  let events: SocketEvents | undefined
  const rows = [rowOf({ ...blank('t'), title: 'old', version: 1 }, 5)]
  const at = { partition: 0, number: 5 }
  const ports: Ports = {
    reader: {
      // Never read again: what was sent stays in the outbox, confirmed, until a test says so.
      read: () => new Promise(() => undefined),
      page: (_, { part }) => Promise.resolve({ at, rows: part === 'open' ? rows : [] }),
      probe: vi.fn(),
    },
    send: (entry) => {
      sent.push(entry)
      return Promise.resolve(answer(entry))
    },
    socket: (_, heard) => {
      events = heard
      return { pong: vi.fn(), check: vi.fn(), close: vi.fn() }
    },
    disk: () => Promise.reject(new Error('no disk')),
    tabs: { lead: () => Promise.resolve(), tell: vi.fn(), end: vi.fn() },
    now: () => 0,
    newId: () => `id ${String((ids += 1)).padStart(3, '0')}`,
    jitter: () => 0,
  }
  const sync = new Sync('me', ports, () => Promise.resolve(), WORKSPACE)
  await sync.start()
  events?.opened()
  events?.said({ type: 'hello', positions: ['0:5'], workspaces: [WORKSPACE] })
  events?.said({ type: 'caught_up', positions: ['0:5'] })
  await vi.waitFor(() => expect(sync.connection()).toMatchObject({ link: 'live', loaded: true }))
  return { sync, sent }
}

describe('what waits for a decision', () => {
  const refusal = { type: '', title: 'No', status: 403, detail: 'No', code: 'role_required' }

  it('is sent again on demand, and only then', async () => {
    let refuses = true
    const { sync, sent } = await liveSync(() =>
      refuses ? { is: 'refused', problem: refusal } : stored('change 1'),
    )
    await sync.createTask({ title: 'new' }).outcome
    const [refused] = sync.refused()
    expect(refused).toMatchObject({ command: { title: 'new' }, problem: refusal })
    sync.dismiss(refused?.id ?? '')()
    expect(sync.refused()).toEqual([refused])
    refuses = false
    const again = sync.retry(refused?.id ?? '')
    expect(sync.refused()).toEqual([])
    expect(await again?.outcome).toMatchObject({ is: 'done' })
    expect(sent).toHaveLength(2)
  })
})

const stored = (change: string | null): Sent => {
  return { is: 'stored', at: 6, partition: 0, change, refused: [] }
}

describe('undo', () => {
  it('names the change of an entry that was confirmed, and shows at once what it does', async () => {
    const { sync, sent } = await liveSync(() => stored('change 1'))
    const done = sync.createTask({ title: 'new' })
    expect(await done.outcome).toEqual({ is: 'done', change: 'change 1' })
    sync.undo({ entry: done.entry })
    expect(sync.view().task(done.id)).toBeUndefined()
    await vi.waitFor(() => expect(sent).toHaveLength(2))
    expect(sent[1]?.command).toEqual({ command: 'undo', change_id: 'change 1' })
  })

  it('takes back no other change where an entry came to nothing', async () => {
    const { sync, sent } = await liveSync(() => stored(null))
    const done = sync.createTask({ title: 'new' })
    await done.outcome
    expect(await sync.undo({ entry: done.entry }).outcome).toEqual({ is: 'cancelled' })
    expect(sent).toHaveLength(1)
  })
})
