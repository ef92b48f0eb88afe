import type { Command, Single } from './commands'
import type { ChangeId, Comment, Key, List, Problem, SavedFilter, Task, WorkspaceId } from './rows'

/** What a command changes in one row as long as the server's own row does not show it. */
export type Patch =
  | {
      readonly kind: 'task'
      readonly key: Key
      /** The row, where the server has none yet. */
      readonly make?: Task
      readonly gone?: true
      readonly set?: Partial<Task>
      readonly addTags?: readonly string[]
      readonly removeTags?: readonly string[]
      readonly addBlockers?: readonly string[]
      readonly removeBlockers?: readonly string[]
      readonly counts?: {
        readonly open?: number
        readonly done?: number
        readonly comments?: number
      }
    }
  | {
      readonly kind: 'list'
      readonly key: Key
      readonly make?: List
      readonly gone?: true
      readonly set?: Partial<List>
    }
  | {
      readonly kind: 'filter'
      readonly key: Key
      readonly make?: SavedFilter
      readonly gone?: true
    }
  | {
      readonly kind: 'comments'
      readonly key: Key
      readonly add?: Comment
      readonly edit?: { readonly comment_id: string; readonly body: string }
      readonly remove?: string
    }

/** The values that somebody saw of the fields that they changed, by row. */
export type Base = Readonly<Record<Key, Partial<Task> | Partial<List>>>

/** A command on its way to the server. */
export type Entry = {
  /** UUID version 7: entries are sent in the order of their ids. */
  readonly id: string
  /** `Idempotency-Key`. Another one is taken only after an answer that says that nothing was stored. */
  readonly key: string
  readonly workspace: WorkspaceId
  readonly command: Command
  readonly base: Base
  readonly patches: readonly Patch[]
  /** What would show that it was taken back. */
  readonly inverse: readonly Patch[]
  /** When it was made (ms). */
  readonly made: number
  /** How often it was sent. */
  readonly attempts: number
  /** What was sent: a retry has to say exactly the same. */
  readonly sent?: { readonly ifMatch?: number }
  /** Some of its fields are in the conflict inbox and not sent. */
  readonly conflict?: true
  /** It is on disk at the server, at this number of its partition; here until the rows show it. */
  readonly reply?: Reply
}

type Reply = { readonly at: number; readonly change: ChangeId | null }

/** Two people changed the same field; the server has `theirs`. */
export type Conflict = {
  readonly id: string
  readonly workspace: WorkspaceId
  readonly key: Key
  /** The field; `deleted` when the row went to the trash while its fields were changed here. */
  readonly field: string
  readonly base: unknown
  readonly mine: unknown
  readonly theirs: unknown
  /** What the row was called when it happened. */
  readonly title: string
  readonly at: number
  /** What keeping one's own value asks for. */
  readonly keepMine: readonly Single[]
}

/** The server refused it: it is shown with its text, and never sent again by itself. */
export type Refused = {
  readonly id: string
  readonly workspace: WorkspaceId
  readonly command: Command
  readonly problem: Problem
  readonly at: number
}

/** What a command came to. */
export type Outcome =
  | { readonly is: 'done'; readonly change: ChangeId | null }
  /** Some or all of its fields are in the conflict inbox; `change` is that of the rest. */
  | { readonly is: 'conflict'; readonly change: ChangeId | null }
  | { readonly is: 'refused'; readonly problem: Problem }
  /** It was taken back before it was sent. */
  | { readonly is: 'cancelled' }
