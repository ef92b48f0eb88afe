import type { Command } from './commands'
import { Engine } from './engine'
import type { Ports } from './engine'
import type { Conflict, Refused } from './outbox'
import type { Key, Membership, User, WorkspaceId } from './rows'
import { ME, WORKSPACES, idOf } from './rows'
import type { Shared, State } from './state'
import type { View } from './view'
import { Views } from './view'

export type Connection = {
  /** `live`: what others do is shown at once. `connecting`: it will be. `offline`: there is no network.
   * `polling`: there is no socket to be had, what others do is read now and then. */
  readonly link: 'live' | 'polling' | 'connecting' | 'offline'
  /** False until the first replica is here: skeletons are for then. */
  readonly loaded: boolean
  /** Commands that the server has not confirmed. */
  readonly unsent: number
  /** `memory`: nothing is kept when the page closes (a private window, a full disk). */
  readonly storage: 'disk' | 'memory'
  /** False when the session has ended: everything is kept until somebody signs in. */
  readonly signedIn: boolean
}

/** A line of the outbox, for whoever wants to see what waits. */
export type Waiting = {
  readonly entry: string
  readonly command: Command
  readonly made: number
  readonly attempts: number
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** What is shown of one person's replica, and its life. */
export class Replica {
  protected readonly engine: Engine
  private readonly views: Views
  private readonly listeners = new Set<() => void>()
  private readonly waited = new Set<Key>()
  private shownConnection: Connection | undefined
  private shownOutbox: { of: State['outbox']; lines: readonly Waiting[] } | undefined

  constructor(
    protected readonly ports: Ports,
    private readonly wipeDisk: () => Promise<void>,
  ) {
    this.engine = new Engine(ports, () => this.changed())
    this.views = new Views(this.engine.state)
  }

  /** Shows what is on disk, then follows the server. */
  start(): Promise<void> {
    return this.engine.start()
  }

  /** Ends it; what waits is sent by the next one. */
  stop() {
    this.engine.stop()
  }

  /** Signing out: ends it and leaves nothing on this device, unsent commands included. */
  async wipe(): Promise<void> {
    this.engine.stop()
    await this.engine.settled()
    await this.wipeDisk()
  }

  /** Resolves when everything that was done so far is on disk. */
  saved(): Promise<void> {
    return this.engine.settled()
  }

  /** There is a session again: what waited is sent. */
  signedIn() {
    this.engine.input({ is: 'signed_in' })
  }

  /** Whether there is a network; `true` also when the page is looked at again. */
  setOnline(online: boolean) {
    this.engine.input({ is: 'online', online })
    if (online) this.engine.wake()
  }

  /** What another page of this browser tells. */
  hear(shared: Shared) {
    this.engine.input({ is: 'peer', shared })
  }

  // What is shown

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  view = (): View => this.views.view

  connection = (): Connection => {
    const { link, caughtUp, online, polls, places, outbox, storage, signedIn } = this.engine.state
    const all = [...places].filter(([name]) => name !== '')
    const now: Connection = {
      link: !online
        ? 'offline'
        : link === 'open' && caughtUp
          ? 'live'
          : polls
            ? 'polling'
            : 'connecting',
      loaded: all.length > 0 && all.every(([, place]) => place.loaded),
      unsent: outbox.filter((entry) => !entry.reply).length,
      ...{ storage, signedIn },
    }
    const before = this.shownConnection
    const same =
      before && Object.entries(now).every(([name, value]) => Reflect.get(before, name) === value)
    if (!same) this.shownConnection = now
    return same ? before : now
  }

  loaded(workspace: WorkspaceId): boolean {
    return this.engine.state.places.get(workspace)?.loaded ?? false
  }

  conflicts = (): readonly Conflict[] => this.engine.state.conflicts

  refused = (): readonly Refused[] => this.engine.state.refused

  outbox = (): readonly Waiting[] => {
    const of = this.engine.state.outbox
    if (this.shownOutbox?.of !== of) {
      const unsent = of.filter((entry) => !entry.reply)
      const lines = unsent.map(({ id, command, made, attempts }) => {
        return { entry: id, command, made, attempts }
      })
      this.shownOutbox = { of, lines }
    }
    return this.shownOutbox.lines
  }

  me = (): User | undefined => {
    const row = this.view().rows.get(ME)
    return row?.kind === 'me' ? row.value : undefined
  }

  workspaces = (): readonly Membership[] | undefined => {
    const row = this.view().rows.get(WORKSPACES)
    return row?.kind === 'workspaces' ? row.value : undefined
  }

  /** Reads a row that the replica may not keep: an old done task, or the comments of a task. */
  want(workspace: WorkspaceId, key: Key) {
    // An address can say anything; what is no id names nothing.
    if (!UUID.test(idOf(key)) || this.view().rows.has(key) || this.waited.has(key)) return
    this.waited.add(key)
    this.engine.input({ is: 'want', workspace, keys: [key] })
  }

  private changed() {
    this.views.update(this.engine.state)
    for (const listener of this.listeners) listener()
  }
}
