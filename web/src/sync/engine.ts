import type { Reader } from './http'
import { failureOf } from './http'
import { step } from './machine'
import type { Entry, Outcome } from './outbox'
import type { LiveSocket, SocketEvents } from './socket'
import type { Batch, Effect, Input, Sent, Shared, State, Stored, Timer } from './state'
import { WORKSPACES } from './rows'
import { NOTHING } from './state'
import { sharedOf } from './tabs'

/** What the engine stores in; all may fail. */
export type Disk = {
  load(now: number): Promise<Stored>
  outbox(): Promise<Entry[]>
  save(batch: Batch): Promise<void>
}

export type Ports = {
  readonly reader: Pick<Reader, 'read' | 'page' | 'probe'>
  readonly send: (entry: Entry) => Promise<Sent>
  readonly socket: (
    from: readonly string[],
    events: SocketEvents,
  ) => Pick<LiveSocket, 'pong' | 'check' | 'close'>
  readonly disk: () => Promise<Disk>
  readonly tabs: { lead(): Promise<void>; tell(shared: Shared): void; end(): void }
  readonly now: () => number
  readonly newId: () => string
  /** 0 to 1: so that many pages do not come back at the same moment. */
  readonly jitter: () => number
}

/** Waits between tries (ms): the first, and the longest. */
const FIRST_WAIT = 400
const LONGEST_WAIT = 30_000

/** Carries out what the machine says, and tells it what came of that. */
export class Engine {
  state: State = NOTHING
  private disk: Disk | undefined
  private socket: ReturnType<Ports['socket']> | undefined
  /** What is stored, one after the other; what is sent waits for all of it. */
  private stored: Promise<void> = Promise.resolve()
  private readonly timers = new Map<Timer, ReturnType<typeof setTimeout>>()
  private readonly waiting = new Map<string, (outcome: Outcome) => void>()
  private ended = false

  constructor(
    private readonly ports: Ports,
    private readonly changed: () => void,
  ) {}

  async start(): Promise<void> {
    let stored: Stored | undefined
    try {
      this.disk = await this.ports.disk()
      stored = await this.disk.load(this.ports.now())
    } catch {
      // A private window, or a full disk: it works, and says that nothing is kept.
      this.disk = undefined
    }
    if (this.ended) return
    const storage = this.disk ? 'disk' : 'memory'
    this.input({ is: 'started', storage, ...(stored ? { stored } : {}) })
    if (!this.disk) {
      this.input({ is: 'leads' })
      return
    }
    void this.ports.tabs.lead().then(() => this.lead())
  }

  /** Whoever sends now has to know all that the one before knew. */
  private async lead() {
    const outbox = await this.disk?.outbox().catch(() => undefined)
    this.input({ is: 'leads', ...(outbox ? { outbox } : {}) })
  }

  stop() {
    this.ended = true
    this.socket?.close()
    // Whoever sends next has to find everything on disk.
    void this.stored.then(() => {
      this.ports.tabs.end()
    })
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
  }

  /** Everything that was to be stored is. */
  settled(): Promise<void> {
    return this.stored
  }

  outcome(entry: string): Promise<Outcome> {
    return new Promise((resolve) => this.waiting.set(entry, resolve))
  }

  /** The page was looked at again, or the network came back: whether the socket still lives is asked at once. */
  wake() {
    this.socket?.check()
  }

  input(input: Input) {
    if (this.ended) return
    const [state, effects] = step(this.state, input, this.ports.now())
    this.state = state
    for (const effect of effects) this.perform(effect)
    this.changed()
  }

  private perform(effect: Effect) {
    switch (effect.do) {
      case 'store': {
        this.store(effect.batch)
        return
      }
      case 'connect': {
        this.connect(effect.from)
        return
      }
      case 'disconnect':
        this.socket?.close()
        this.socket = undefined
        return
      case 'pong':
        return this.socket?.pong()
      case 'poll':
        return void this.poll()
      case 'read':
        return void this.read(effect)
      case 'page':
        return void this.page(effect)
      case 'send':
        return void this.send(effect.entry)
      case 'ring': {
        this.ring(effect)
        return
      }
      case 'settle':
        this.waiting.get(effect.entry)?.(effect.outcome)
        this.waiting.delete(effect.entry)
    }
  }

  private store(batch: Batch) {
    const { disk } = this
    if (!disk) return
    const save = async () => {
      if (this.disk !== disk) return
      try {
        await disk.save(batch)
      } catch {
        // The disk is full, or gone: what is there stays as it is, and is behind from now on.
        this.disk = undefined
        this.input({ is: 'unstored' })
      }
    }
    this.stored = this.stored.then(save)
    const shared = sharedOf(batch)
    if (shared) void this.stored.then(() => (this.disk ? this.ports.tabs.tell(shared) : undefined))
  }

  private connect(from: readonly string[]) {
    this.socket?.close()
    this.socket = this.ports.socket(from, {
      opened: () => this.input({ is: 'opened' }),
      said: (message) => this.input({ is: 'said', message }),
      closed: (opened) => {
        this.socket = undefined
        if (opened) this.input({ is: 'closed', opened })
        else void this.unopened(from)
      },
    })
  }

  /** A browser does not tell why a handshake failed: a request does. */
  private async unopened(from: readonly string[]) {
    let reachable = true
    for (const position of from.length > 0 ? from : [undefined]) {
      const failure = await this.ports.reader.probe(position)
      if (failure?.is === 'refused' && failure.problem.code === 'position_ahead') {
        this.input({ is: 'ahead' })
        return
      }
      if (failure?.is === 'signed_out') {
        this.input({ is: 'unread', workspace: '', failure })
      }
      if (failure) {
        reachable = false
        break
      }
    }
    this.input({ is: 'closed', opened: false, ...(reachable ? { reachable } : {}) })
  }

  private async poll() {
    try {
      const { found } = await this.ports.reader.read('', [WORKSPACES])
      const rows = found.flatMap((one) => one.rows)
      const workspaces = rows.flatMap((row) =>
        row.kind === 'workspaces' ? row.value.map((each) => each.workspace_id) : [],
      )
      this.input({ is: 'polled', workspaces })
    } catch {
      // The next try for a socket asks again.
    }
  }

  private async read({ workspace, keys, position }: Extract<Effect, { do: 'read' }>) {
    try {
      const answer = await this.ports.reader.read(workspace, keys, position)
      this.input({ is: 'read', workspace, ...answer })
    } catch (error) {
      this.input({ is: 'unread', workspace, failure: failureOf(error) })
    }
  }

  private async page({ workspace, load, position }: Extract<Effect, { do: 'page' }>) {
    const { run } = load
    try {
      const { at, ...found } = await this.ports.reader.page(workspace, load, position)
      const place = { at: at.number, partition: at.partition }
      this.input({ is: 'page', workspace, run, ...place, ...found })
    } catch (error) {
      this.input({ is: 'unread', workspace, run, failure: failureOf(error) })
    }
  }

  private async send(entry: Entry) {
    await this.stored
    if (this.ended) return
    const how = await this.ports.send(entry)
    const { id, workspace } = entry
    this.input({ is: 'sent', workspace, entry: id, newKey: this.ports.newId(), how })
  }

  private ring({ timer, failures, after }: Extract<Effect, { do: 'ring' }>) {
    clearTimeout(this.timers.get(timer))
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1))
    const wait = Math.max(after ?? 0, longest * (0.5 + this.ports.jitter() / 2))
    const rung = () => {
      this.timers.delete(timer)
      this.input({ is: 'rang', timer })
    }
    this.timers.set(timer, setTimeout(rung, wait))
  }
}
