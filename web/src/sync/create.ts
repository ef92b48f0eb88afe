import { Reader, clientOf } from './http'
import type { HttpOptions } from './http'
import { idSource } from './ids'
import type { Entry } from './outbox'
import { effectOf } from './patches'
import type { Ports } from './engine'
import { Presence } from './presence'
import { sendEntry } from './sender'
import { LiveSocket } from './socket'
import type { Wire } from './socket'
import { Store } from './store'
import { Sync } from './sync'
import { Tabs } from './tabs'

export type SyncOptions = Partial<HttpOptions> & {
  /** Who is signed in: each person has a database of their own. */
  readonly user: string
  /** Where commands go that name no workspace: the person's own. */
  readonly home: string
  /** How a socket is opened; a `WebSocket` of the browser unless told otherwise. */
  readonly open?: (url: string) => Wire
  /** False: nothing is kept on this device. */
  readonly keep?: boolean
}

/** Makes the sync layer of one person; `start` begins. */
export function createSync(options: SyncOptions): Sync {
  const { user, home, origin = process.env['NEXT_PUBLIC_API_ORIGIN'] ?? '', keep = true } = options
  const client = clientOf({ ...options, origin })
  const newId = idSource(Date.now, (bytes) => crypto.getRandomValues(bytes))
  const name = `taskfold/${user}`
  let store: Store | undefined
  const open = options.open ?? ((url) => new WebSocket(url))
  const tabs = new Tabs(name, (shared) => sync.hear(shared))
  const presence = new Presence()
  const ports: Ports = {
    reader: new Reader(client),
    send: (entry) => sendEntry(client, entry, understood),
    socket: (from, events) => {
      const wire = open(liveUrl(origin, from))
      presence.follow(wire)
      return new LiveSocket(wire, events)
    },
    disk: async () => {
      if (!keep) throw new Error('nothing is to be kept')
      store = await Store.open(name)
      return store
    },
    tabs,
    now: Date.now,
    newId,
    jitter: Math.random,
  }
  const wipe = async () => {
    if (store) await store.wipe()
    else await Store.remove(name)
  }
  /** The same task, made of what its line of text means. */
  const understood: Parameters<typeof sendEntry>[2] = (entry, task): Entry => {
    if (entry.command.command !== 'quick_add') return entry
    const command = { ...task, command: 'create_task' as const, task_id: entry.command.task_id }
    const { id, workspace, made } = entry
    const author = { workspace, user, now: made, entry: id }
    return { ...entry, command, ...effectOf(command, sync.view().rows, author) }
  }
  const sync: Sync = new Sync(user, ports, wipe, home, presence)
  return sync
}

function liveUrl(origin: string, from: readonly string[]): string {
  const url = new URL('/api/v1/live', origin === '' ? window.location.href : origin)
  url.protocol = url.protocol.replace('http', 'ws')
  url.searchParams.set('workspace', 'all')
  if (from.length > 0) url.searchParams.set('from', from.join(','))
  return url.href
}
