import type {
  Comment,
  List,
  Member,
  Membership,
  Problem,
  Recurrence,
  SavedFilter,
  Tag,
  Task,
  User,
} from '@/api/types'

export type { Comment, List, Member, Membership, Problem, Recurrence, SavedFilter, Tag, Task, User }
export type TaskId = string
export type ListId = string
export type WorkspaceId = string
export type ChangeId = string

/** What the replica keeps of each kind, and under which id. */
export type Values = {
  /** By task. Open ones, those done lately, and those that somebody looked at. */
  task: Task
  /** By list; archived ones too. */
  list: List
  /** By saved filter. */
  filter: SavedFilter
  /** By workspace. */
  members: readonly Member[]
  /** By workspace: as the server counted when it was asked. */
  tags: readonly Tag[]
  /** By task, oldest first; only of tasks whose comments somebody looked at. */
  comments: readonly Comment[]
  /** One row, `all`. */
  workspaces: readonly Membership[]
  /** One row, `me`. */
  me: User
}
export type Kind = keyof Values

/** A row of the server as the replica has it, not older than position `at` of its partition. */
export type RowOf<K extends Kind> = {
  readonly key: Key
  readonly kind: K
  readonly workspace: WorkspaceId
  readonly at: number
  readonly value: Values[K]
}
export type Row = { [K in Kind]: RowOf<K> }[Kind]
export type Rows = ReadonlyMap<Key, Row>

/** Names a row, or with `lists` and `filters` all rows of a kind in a workspace, which are read together. */
export type Key = `${Kind | 'lists' | 'filters'}/${string}`

export const taskKey = (id: TaskId): Key => `task/${id}`
export const listKey = (id: ListId): Key => `list/${id}`
export const WORKSPACES: Key = 'workspaces/all'
export const ME: Key = 'me/me'

/** The part of a key behind its kind. */
export const idOf = (key: Key): string => key.slice(key.indexOf('/') + 1)

export function taskOf(rows: Rows, id: TaskId): Task | undefined {
  const row = rows.get(taskKey(id))
  return row?.kind === 'task' ? row.value : undefined
}

export function listOf(rows: Rows, id: ListId): List | undefined {
  const row = rows.get(listKey(id))
  return row?.kind === 'list' ? row.value : undefined
}
