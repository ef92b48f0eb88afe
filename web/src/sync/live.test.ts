import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import 'fake-indexeddb/auto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { createSync } from './create'
import type { Sync } from './sync'

const binary = process.env['TASKFOLD_BINARY']

/** The whole of sync against the real server: `npm run test:live` with TASKFOLD_BINARY set. */
describe.skipIf(!binary)('sync with a server', () => {
  let server: ChildProcess
  let origin: string
  let data: string
  let user: string
  let home: string
  let cookie: string
  const running: Sync[] = []
  /** No request gets through while this is so. */
  let broken = false

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'taskfold-sync-'))
    const port = await freePort()
    origin = `http://127.0.0.1:${port}`
    const args = ['serve', '--data', data, '--listen', `127.0.0.1:${port}`]
    // The server takes what begins with TASKFOLD_ for its own settings.
    const env = { ...process.env }
    delete env['TASKFOLD_BINARY']
    server = spawn(binary ?? '', args, { stdio: 'ignore', env })
    await vi.waitFor(
      async () => {
        expect((await fetch(`${origin}/readyz`)).ok).toBe(true)
      },
      { timeout: 30_000, interval: 100 },
    )
    const account = { email: 'a@example.org', password: 'correct horse battery', display_name: 'A' }
    const response = await fetch(`${origin}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(account),
    })
    expect(response.status).toBe(201)
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const body: unknown = await response.json()
    user = field(body, 'user_id')
    home = field(body, 'personal_workspace_id')
  }, 40_000)

  afterEach(async () => {
    for (const sync of running) sync.stop()
    await Promise.all(running.splice(0).map((sync) => sync.saved()))
  })

  afterAll(async () => {
    server.kill()
    await once(server, 'exit')
    await rm(data, { recursive: true })
  })

  /** A device of its own, or a page of the one that is named. */
  async function device(name: string): Promise<Sync> {
    const headers = { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }
    const sync = createSync({
      ...{ user: `${user}/${name}`, home, origin, headers },
      fetch: (request) => (broken ? Promise.reject(new TypeError('no network')) : fetch(request)),
      open: (url) => new WebSocket(url, { headers }),
    })
    running.push(sync)
    await sync.start()
    return sync
  }

  const until = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 20 })
  const live = (sync: Sync) =>
    until(() => {
      expect(sync.connection()).toMatchObject({ link: 'live', loaded: true, unsent: 0 })
    })
  const titles = (sync: Sync) =>
    sync
      .view()
      .tasks(home)
      .map((task) => task.title)

  it('shows on one device what was done on the other, and takes it back', async () => {
    const [one, other] = [await device('one'), await device('two')]
    await Promise.all([live(one), live(other)])
    const made = one.createTask({ title: 'Pay rent', tags: ['home'] })
    expect(one.view().task(made.id)?.title).toBe('Pay rent')
    await until(() => expect(other.view().task(made.id)?.title).toBe('Pay rent'))
    const outcome = await made.outcome
    expect(outcome).toMatchObject({ is: 'done' })

    const done = other.complete(made.id)
    expect(other.view().task(made.id)?.completed_at).toBeTruthy()
    await until(() => expect(one.view().task(made.id)?.completed_at).toBeTruthy())
    const completed = await done.outcome
    const change = completed.is === 'done' ? completed.change : null
    expect(change).not.toBeNull()
    const undone = other.undo({ change: change ?? '' })
    expect(other.view().task(made.id)?.completed_at).toBeFalsy()
    await undone.outcome
    await until(() => expect(one.view().task(made.id)?.completed_at).toBeFalsy())
    await live(other)
    await until(() => expect(one.view().task(made.id)).toEqual(other.view().task(made.id)))
  })

  it('understands a line of text, and keeps the id that was shown', async () => {
    const one = await device('one')
    await live(one)
    const made = one.quickAdd('Call Anna tomorrow !high')
    expect(one.view().task(made.id)?.title).toBe('Call Anna tomorrow !high')
    expect(await made.outcome).toMatchObject({ is: 'done' })
    await live(one)
    await until(() => {
      expect(one.view().task(made.id)).toMatchObject({ title: 'Call Anna', priority: 'high' })
    })
  })

  it('merges fields that were changed apart, and tells of those that were changed twice', async () => {
    const [one, other] = [await device('one'), await device('two')]
    await Promise.all([live(one), live(other)])
    const { id, outcome } = one.createTask({ title: 'Plan', description: 'old' })
    await outcome
    await until(() => expect(other.view().task(id)?.title).toBe('Plan'))
    one.setOnline(false)
    one.updateTask(id, { title: 'Plan of mine', priority: 'high' })
    one.updateTask(id, { description: 'new' })
    const theirs = other.updateTask(id, { title: 'Plan of theirs' })
    expect(await theirs.outcome).toMatchObject({ is: 'done' })
    one.setOnline(true)
    await until(() => expect(one.conflicts()).toHaveLength(1))
    await live(one)
    expect(one.conflicts()).toMatchObject([
      { field: 'title', base: 'Plan', mine: 'Plan of mine', theirs: 'Plan of theirs' },
    ])
    const merged = { title: 'Plan of theirs', description: 'new', priority: 'high' }
    await until(() => expect(other.view().task(id)).toMatchObject(merged))
    const [conflict] = one.conflicts()
    const takeBack = one.resolve(conflict?.id ?? '', 'mine')
    await until(() => expect(other.view().task(id)?.title).toBe('Plan of mine'))
    expect(one.conflicts()).toEqual([])
    takeBack()
    await until(() => expect(other.view().task(id)?.title).toBe('Plan of theirs'))
    expect(one.conflicts()).toEqual([conflict])
    one.resolve(conflict?.id ?? '', 'theirs')
    expect(one.conflicts()).toEqual([])
  })

  it('keeps what was done without a network through a reload, and sends it once', async () => {
    const one = await device('phone')
    await live(one)
    broken = true
    one.setOnline(false)
    const made = one.createTask({ title: 'Offline' })
    one.updateTask(made.id, { title: 'Offline, again' })
    one.createTask({ title: 'Offline too' })
    await one.saved()
    one.stop()
    const again = await device('phone')
    expect(titles(again)).toEqual(expect.arrayContaining(['Offline, again', 'Offline too']))
    expect(again.outbox()).toHaveLength(3)
    broken = false
    again.setOnline(true)
    await live(again)
    const response = await fetch(`${origin}/api/v1/tasks?limit=500`, {
      headers: { Cookie: cookie },
    })
    const text = await response.text()
    expect(text.match(/Offline, again/g)).toHaveLength(1)
    expect(text.match(/Offline too/g)).toHaveLength(1)
  })

  it('carries out moves, subtasks, lists, comments and several at once', async () => {
    const [one, other] = [await device('one'), await device('two')]
    await Promise.all([live(one), live(other)])
    const list = one.createList({ name: 'Garden' })
    const parent = one.createTask({ title: 'Bed', list_id: list.id })
    const child = one.createTask({ title: 'Dig', parent_id: parent.id })
    const last = one.createTask({ title: 'Seeds', list_id: list.id })
    expect(one.view().task(parent.id)?.subtasks.open).toBe(1)
    one.move(last.id, { before: parent.id })
    const comment = one.addComment(parent.id, 'By noon')
    one.editComment(parent.id, comment.id, 'By one')
    const [bulk] = one.bulk([
      { command: 'update_task', task_id: parent.id, priority: 'urgent' },
      { command: 'complete_task', task_id: child.id },
    ])
    expect(await bulk?.outcome).toMatchObject({ is: 'done' })
    await live(one)
    await until(() => {
      const shown = other
        .view()
        .tasksIn(home, list.id)
        .map((task) => task.title)
      expect(shown).toEqual(['Seeds', 'Bed', 'Dig'])
      expect(other.view().task(parent.id)).toMatchObject({
        ...{ priority: 'urgent', comments: 1, subtasks: { open: 0, done: 1 } },
      })
    })
    await until(() => {
      expect(one.view().task(parent.id)).toEqual(other.view().task(parent.id))
    })
    other.want(home, `comments/${parent.id}`)
    await until(() => {
      const row = other.view().rows.get(`comments/${parent.id}`)
      expect(row?.value).toMatchObject([{ body: 'By one' }])
    })
    expect(one.refused()).toEqual([])
    one.removeList(list.id)
    expect(one.view().tasksIn(home, list.id)).toEqual([])
    await live(one)
    await until(() => expect(other.view().list(list.id)).toBeUndefined())
  })
})

function field(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : ''
  return typeof value === 'string' ? value : ''
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
