import type { Command } from '../commands'
import type { Entry, Outcome } from '../outbox'
import { overlay } from '../overlay'
import { effectOf } from '../patches'
import { positionOf } from '../positions'
import type { Key, Row, Rows } from '../rows'
import { step } from '../machine'
import type { Batch, Effect, Input, Message, State, Stored } from '../state'
import { NOTHING } from '../state'
import type { ModelServer } from './server'
import { WORKSPACE } from './server'

type Request = Extract<Effect, { do: 'send' | 'read' | 'page' }>

/** A browser with a disk that runs the machine against the model server, one thing at a time. */
export class Device {
  state: State = NOTHING
  /** What is to be stored, and what is sent behind that. */
  private queue: Effect[] = []
  private requests: Request[] = []
  private answers: Input[] = []
  private connecting: readonly string[] | undefined
  private socket: Message[] | undefined
  /** How far the open socket was told. */
  private told = 0
  private timers = new Set<Extract<Effect, { do: 'ring' }>['timer']>()
  private disk: Stored = {
    rows: [],
    outbox: [],
    conflicts: [],
    refused: [],
    positions: {},
    loaded: {},
  }
  private life = 0
  private keys = 0
  readonly outcomes = new Map<string, Outcome>()
  /** Entries that the disk has seen: they must not be lost. */
  readonly queued = new Set<string>()
  /** Numbers of the events that this life took. */
  taken: number[] = []

  constructor(
    readonly name: string,
    private readonly server: ModelServer,
    private readonly chance: (below: number) => number,
    private readonly newId: () => string,
  ) {
    this.boot()
  }

  get shown(): Rows {
    return overlay(this.state.rows, this.state.outbox)
  }

  private boot() {
    this.life += 1
    this.state = NOTHING
    this.taken = []
    this.input({ is: 'started', stored: this.disk, storage: 'disk' })
    this.input({ is: 'leads', outbox: this.disk.outbox })
  }

  input(input: Input) {
    const before = this.state.seen[0] ?? 0
    const [state, effects] = step(this.state, input, 0)
    this.state = state
    if (input.is === 'said' && input.message.type === 'event' && (state.seen[0] ?? 0) > before) {
      this.taken.push(state.seen[0] ?? 0)
    }
    for (const effect of effects) {
      if (effect.do === 'store' || effect.do === 'send') this.queue.push(effect)
      else this.perform(effect)
    }
  }

  /** Somebody does something here. */
  command(command: Command): Entry {
    const id = this.newId()
    const author = { workspace: WORKSPACE, user: this.name, now: 0, entry: id }
    const { patches, inverse, base } = effectOf(command, this.shown, author)
    const entry: Entry = {
      ...{ id, key: `${this.name}-${id}`, workspace: WORKSPACE, command },
      ...{ base, patches, inverse, made: 0, attempts: 0 },
    }
    this.input({ is: 'enqueue', entry })
    return entry
  }

  /** The page is gone at once; what it sent may still arrive. */
  reload() {
    for (const request of this.requests) if (this.chance(2) === 0) this.serve(request)
    this.queue = []
    this.requests = []
    this.answers = []
    this.connecting = undefined
    this.socket = undefined
    this.timers.clear()
    this.boot()
  }

  /** The network breaks: nobody knows which requests arrived. */
  drop() {
    for (const request of this.requests) {
      if (this.chance(2) === 0) this.serve(request)
      this.answers.push(this.lost(request))
    }
    this.requests = []
    this.answers = this.answers.map((answer) =>
      this.chance(2) === 0 ? this.lostOf(answer) : answer,
    )
    this.closeSocket()
  }

  closeSocket() {
    if (this.connecting === undefined && this.socket === undefined) return
    const opened = this.socket !== undefined
    this.connecting = undefined
    this.socket = undefined
    this.input({ is: 'closed', opened })
  }

  /** Does one thing that waits to be done; false when there is none. */
  work(): boolean {
    const tasks: (() => void)[] = []
    if (this.queue.length > 0) tasks.push(() => this.perform(this.queue.shift()))
    this.requests.forEach((request, index) =>
      tasks.push(() => {
        this.requests.splice(index, 1)
        this.answers.push(this.serve(request))
      }),
    )
    this.answers.forEach((answer, index) =>
      tasks.push(() => {
        this.answers.splice(index, 1)
        this.input(answer)
      }),
    )
    const from = this.connecting
    if (from) tasks.push(() => this.open(from))
    if (this.socket) {
      if (this.socket.length === 0 && this.told < this.server.head) {
        this.socket.push(...this.server.since(this.told))
        this.told = this.server.head
      }
      if (this.socket.length > 0) tasks.push(() => this.hear())
    }
    for (const timer of this.timers) {
      tasks.push(() => {
        this.timers.delete(timer)
        this.input({ is: 'rang', timer })
      })
    }
    const task = tasks[this.chance(tasks.length)]
    task?.()
    return task !== undefined
  }

  private open(from: readonly string[]) {
    this.connecting = undefined
    this.socket = this.server.messages(from)
    this.told = this.server.head
    this.input({ is: 'opened' })
  }

  private hear() {
    const message = this.socket?.shift()
    if (message) this.input({ is: 'said', message })
  }

  private perform(effect: Effect | undefined) {
    switch (effect?.do) {
      case 'store': {
        this.store(effect.batch)
        return
      }
      case 'connect':
        this.connecting = effect.from
        return
      case 'disconnect':
        this.connecting = undefined
        this.socket = undefined
        return
      case 'send':
      case 'read':
      case 'page':
        this.requests.push(effect)
        return
      case 'ring':
        this.timers.add(effect.timer)
        return
      case 'settle':
        if (!this.outcomes.has(effect.entry)) this.outcomes.set(effect.entry, effect.outcome)
        return
      // The model's server always has a socket: nobody polls.
      case 'pong':
      case 'poll':
      case undefined:
    }
  }

  private serve(request: Request): Input {
    if (request.do === 'send') {
      const how = this.server.carryOut(this.name, request.entry)
      return this.answer(request, how)
    }
    const { workspace } = request
    const least = request.position ? (positionOf(request.position)?.number ?? 0) : 0
    if (least > this.server.head) throw new Error('a position that the server has not')
    const at = least + this.chance(this.server.head - least + 1)
    if (request.do === 'page') {
      const { run } = request.load
      return { is: 'page', workspace, run, at, partition: 0, ...this.server.page(request.load, at) }
    }
    const found = request.keys.map((key) =>
      key.startsWith('task/') ? this.server.find(key.slice(5), at) : { key, at, rows: [] },
    )
    return { is: 'read', workspace, partition: 0, found }
  }

  private answer(
    request: Extract<Request, { do: 'send' }>,
    how: Extract<Input, { is: 'sent' }>['how'],
  ): Input {
    this.keys += 1
    const newKey = `${this.name}-${this.life}-${this.keys}`
    return { is: 'sent', workspace: WORKSPACE, entry: request.entry.id, newKey, how }
  }

  private lost(request: Request): Input {
    if (request.do === 'send') return this.answer(request, { is: 'lost' })
    const run = request.do === 'page' ? { run: request.load.run } : {}
    return { is: 'unread', workspace: request.workspace, failure: { is: 'lost' }, ...run }
  }

  private lostOf(answer: Input): Input {
    if (answer.is === 'sent') return { ...answer, how: { is: 'lost' } }
    if (answer.is === 'read' || answer.is === 'page') {
      return { is: 'unread', workspace: answer.workspace, failure: { is: 'lost' } }
    }
    return answer
  }

  /** As the store does it: all or nothing. */
  private store(batch: Batch) {
    const rows = new Map<Key, Row>(batch.wipe ? [] : this.disk.rows.map((row) => [row.key, row]))
    for (const row of batch.rows) rows.set(row.key, row)
    for (const { key } of batch.gone) rows.delete(key)
    for (const entry of batch.outbox) this.queued.add(entry.id)
    this.disk = {
      rows: [...rows.values()],
      outbox: merged(this.disk.outbox, batch.outbox, batch.done),
      conflicts: merged(this.disk.conflicts, batch.conflicts, batch.resolved),
      refused: merged(this.disk.refused, batch.refused, batch.dismissed),
      positions: batch.positions ?? this.disk.positions,
      loaded: batch.loaded ?? this.disk.loaded,
    }
  }

  get stored(): Stored {
    return this.disk
  }
}

function merged<T extends { readonly id: string }>(
  before: readonly T[],
  put: readonly T[],
  gone: readonly string[],
): T[] {
  const all = new Map([...before, ...put].map((one) => [one.id, one]))
  for (const id of gone) all.delete(id)
  return [...all.values()]
}
