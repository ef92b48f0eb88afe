import type { Conflict, Entry, Outcome, Refused } from './outbox'
import type { Missed } from './merge'
import type { Positions } from './positions'
import type { Key, Problem, Row, Rows, Task, WorkspaceId } from './rows'

/** A row that is known to be older than it should be. */
export type Want = {
  readonly workspace: WorkspaceId
  /** It has to be read at this number of its partition, or behind. */
  readonly at: number
  /** Wanted while it was being read, where numbers do not tell whether the answer is new enough. */
  readonly again?: true
}

/** An event whose rows are not all read yet. */
type Pending = {
  readonly partition: number
  readonly number: number
  readonly keys: readonly Key[]
}

/** Reading all of a workspace, page by page. */
export type Load = {
  /** Answers to an earlier try do not count. */
  readonly run: number
  readonly part: LoadPart
  readonly cursor?: string
  /** Answers have to be at this number at least; not known before the partition is. */
  readonly at: number | undefined
  /** What was found so far. */
  readonly keys: ReadonlySet<Key>
}
export const LOAD_PARTS = ['open', 'done', 'lists', 'filters', 'members', 'tags'] as const
type LoadPart = (typeof LOAD_PARTS)[number]

/** What is under way in a workspace. */
export type Place = {
  readonly partition?: number
  readonly loaded: boolean
  readonly load?: Load
  /** A read or a page is under way; one at a time, so that answers cannot overtake each other. */
  readonly reading: boolean
  /** The entry that is under way. */
  readonly sending?: string
  readonly failures: { readonly reads: number; readonly sends: number }
  /** Nothing is tried before a timer has rung. */
  readonly waits: { readonly reads: boolean; readonly sends: boolean }
}

type Link = 'off' | 'connecting' | 'open' | 'waiting'

export type State = {
  readonly started: boolean
  /** Whether there is a session: without one everything is kept, and nothing sent. */
  readonly signedIn: boolean
  readonly online: boolean
  /** Whether this page sends the outbox. */
  readonly leads: boolean
  /** `memory` when nothing can be stored: it works, and is gone with the page. */
  readonly storage: 'disk' | 'memory'
  readonly link: Link
  /** Whether all that was there when the socket opened has come. */
  readonly caughtUp: boolean
  readonly failures: number
  /** There is no socket to be had: what others do is asked for now and then. */
  readonly polls: boolean
  readonly rows: Rows
  readonly outbox: readonly Entry[]
  readonly conflicts: readonly Conflict[]
  readonly refused: readonly Refused[]
  readonly places: ReadonlyMap<WorkspaceId, Place>
  readonly wanted: ReadonlyMap<Key, Want>
  readonly missed: Missed
  readonly pending: readonly Pending[]
  /** Every event up to here has come. */
  readonly seen: Positions
  /** Every row shows all events up to here, on disk as well: where a later page goes on. */
  readonly positions: Positions
  /** Numbers the tries to read a workspace. */
  readonly runs: number
}

/** What a page keeps of itself for the next one. */
export type Stored = {
  readonly rows: readonly Row[]
  readonly outbox: readonly Entry[]
  readonly conflicts: readonly Conflict[]
  readonly refused: readonly Refused[]
  readonly positions: Positions
  /** The workspaces that are here as a whole, and their partitions. */
  readonly loaded: Readonly<Record<WorkspaceId, number>>
}

/** Changes of what all pages of a browser share beside the rows. */
export type Shared = {
  readonly outbox: readonly Entry[]
  readonly done: readonly string[]
  readonly conflicts: readonly Conflict[]
  readonly resolved: readonly string[]
  readonly refused: readonly Refused[]
  readonly dismissed: readonly string[]
}

/** One transaction of the store. */
export type Batch = Shared & {
  readonly rows: readonly Row[]
  readonly gone: readonly { readonly key: Key; readonly at: number }[]
  readonly positions?: Positions
  readonly loaded?: Readonly<Record<WorkspaceId, number>>
  /** All rows that are there go first. */
  readonly wipe?: true
}

/** What was found of a key: rows, or none. */
export type Found = {
  readonly key: Key
  readonly at: number
  readonly rows: readonly Row[]
  /** It is in the trash. */
  readonly trashed?: Task
}

/** What the server says, as far as sync wants to know. */
export type Message =
  | {
      readonly type: 'hello'
      readonly positions: readonly string[]
      readonly workspaces: readonly string[]
    }
  | { readonly type: 'event'; readonly position: string; readonly event: LiveEvent }
  | { readonly type: 'caught_up'; readonly positions: readonly string[] }
  | { readonly type: 'joined' | 'left'; readonly position: string; readonly workspace: WorkspaceId }
  | { readonly type: 'ping' }

export type LiveEvent = {
  readonly type: string
  readonly subject: string
  readonly workspaceid: WorkspaceId
  /** The parent that the event names, if any. */
  readonly parent?: string
}

/** How a request ended. */
export type Failure =
  /** No answer, or none that says anything: try again. */
  | { readonly is: 'lost'; readonly retryAfter?: number }
  | { readonly is: 'signed_out' }
  | { readonly is: 'refused'; readonly problem: Problem }

export type Sent =
  | Failure
  | {
      readonly is: 'stored'
      readonly at: number
      readonly partition: number
      readonly change: string | null
      readonly comment?: string
      /** Commands of a bulk that were refused, by their index. */
      readonly refused: readonly { readonly index: number; readonly problem: Problem }[]
    }
  /** The line of a quick-add was understood. */
  | { readonly is: 'understood'; readonly entry: Entry }

export type Input =
  | { readonly is: 'started'; readonly stored?: Stored; readonly storage: 'disk' | 'memory' }
  | { readonly is: 'leads'; readonly outbox?: readonly Entry[] }
  | { readonly is: 'online'; readonly online: boolean }
  | { readonly is: 'signed_in' }
  | { readonly is: 'enqueue'; readonly entry: Entry }
  | { readonly is: 'cancel'; readonly entry: string }
  | { readonly is: 'resolve'; readonly conflict: string; readonly entries: readonly Entry[] }
  | { readonly is: 'dismiss'; readonly refused: string }
  /** What was decided about these was taken back. */
  | { readonly is: 'reconsider'; readonly conflict?: Conflict; readonly refused?: Refused }
  | { readonly is: 'want'; readonly workspace: WorkspaceId; readonly keys: readonly Key[] }
  | { readonly is: 'opened' }
  /** `reachable`: requests get through, only the socket does not. */
  | { readonly is: 'closed'; readonly opened: boolean; readonly reachable?: true }
  /** What the server told instead of a `hello`. */
  | { readonly is: 'polled'; readonly workspaces: readonly WorkspaceId[] }
  /** The server does not know the positions: it was put back to an older state. */
  | { readonly is: 'ahead' }
  | { readonly is: 'said'; readonly message: Message }
  | {
      readonly is: 'read'
      readonly workspace: WorkspaceId
      readonly partition?: number
      readonly found: readonly Found[]
    }
  | {
      readonly is: 'page'
      readonly workspace: WorkspaceId
      readonly run: number
      readonly at: number
      readonly partition: number
      readonly rows: readonly Row[]
      readonly cursor?: string
    }
  | {
      readonly is: 'unread'
      readonly workspace: WorkspaceId
      readonly run?: number
      readonly failure: Failure
    }
  | {
      readonly is: 'sent'
      readonly workspace: WorkspaceId
      readonly entry: string
      readonly newKey: string
      readonly how: Sent
    }
  | { readonly is: 'rang'; readonly timer: Timer }
  | { readonly is: 'peer'; readonly shared: Shared }
  | { readonly is: 'unstored' }

export type Timer = 'connect' | `reads/${WorkspaceId}` | `sends/${WorkspaceId}`

export type Effect =
  /** In order; what is behind it waits for it. */
  | { readonly do: 'store'; readonly batch: Batch }
  | { readonly do: 'connect'; readonly from: readonly string[] }
  | { readonly do: 'disconnect' }
  | { readonly do: 'poll' }
  | { readonly do: 'pong' }
  | {
      readonly do: 'read'
      readonly workspace: WorkspaceId
      readonly keys: readonly Key[]
      readonly position?: string
    }
  | {
      readonly do: 'page'
      readonly workspace: WorkspaceId
      readonly load: Load
      readonly position?: string
    }
  | { readonly do: 'send'; readonly entry: Entry }
  | {
      readonly do: 'ring'
      readonly timer: Timer
      readonly failures: number
      readonly after?: number
    }
  | { readonly do: 'settle'; readonly entry: string; readonly outcome: Outcome }

export const NOTHING: State = {
  started: false,
  signedIn: true,
  online: true,
  leads: false,
  storage: 'disk',
  link: 'off',
  caughtUp: false,
  failures: 0,
  polls: false,
  rows: new Map(),
  outbox: [],
  conflicts: [],
  refused: [],
  places: new Map(),
  wanted: new Map(),
  missed: new Map(),
  pending: [],
  seen: {},
  positions: {},
  runs: 0,
}

export const NEW_PLACE: Place = {
  loaded: false,
  reading: false,
  failures: { reads: 0, sends: 0 },
  waits: { reads: false, sends: false },
}
