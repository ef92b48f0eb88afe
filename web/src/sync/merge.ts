import type { Single } from './commands'
import { equal } from './equal'
import { difference, shownFields, shownListFields, without } from './fields'
import type { Conflict, Entry } from './outbox'
import { together } from './overlay'
import type { Key, Recurrence, Rows, Task } from './rows'
import { listKey, listOf, taskKey, taskOf } from './rows'

/** What is known of tasks that the replica does not keep: those in the trash, and (null) those that are not there. */
export type Missed = ReadonlyMap<Key, Task | null>

/** What comes of an entry when the rows of the server are looked at, right before it is sent. */
export type Plan =
  /** These rows have to be read first. */
  | { readonly is: 'wait'; readonly keys: readonly Key[] }
  /** Send this; it may be less than was asked for. */
  | { readonly is: 'send'; readonly entry: Entry; readonly conflicts: readonly Conflict[] }
  /** There is nothing left to send. */
  | { readonly is: 'nothing'; readonly conflicts: readonly Conflict[] }

/** What comes of a single command. */
type Merged = {
  readonly command?: Single
  readonly ifMatch?: number
  readonly wait?: Key
  readonly conflicts: readonly Conflict[]
}

/**
 * Merges field by field: a field whose value at the server is the one that was seen, or already the wanted one, is
 * sent. Another one is a conflict: the server's value stays, both are told. Sent with the version that was looked
 * at, so that what changes meanwhile is refused, and merged again.
 */
export function planned(entry: Entry, rows: Rows, missed: Missed, now: number): Plan {
  const { command } = entry
  if (command.command === 'undo' || command.command === 'redo' || command.command === 'quick_add') {
    return { is: 'send', entry: { ...entry, sent: {} }, conflicts: [] }
  }
  const several = command.command === 'bulk'
  const merged = (several ? command.commands : [command]).map((one) =>
    mergedOne(one, entry, rows, missed, now),
  )
  const waits = merged.flatMap((one) => one.wait ?? [])
  if (waits.length > 0) return { is: 'wait', keys: waits }
  const conflicts = merged.flatMap((one) => one.conflicts)
  const commands = merged.flatMap((one) => one.command ?? [])
  const [first] = commands
  if (!first) return { is: 'nothing', conflicts }
  const ifMatch = several ? undefined : merged[0]?.ifMatch
  const left = several ? { command: 'bulk' as const, commands } : first
  const sent = ifMatch === undefined ? {} : { ifMatch }
  const told = conflicts.length > 0 ? { conflict: true as const } : {}
  const rest = { ...stripped(entry, conflicts), ...told, command: left, sent }
  return { is: 'send', entry: rest, conflicts }
}

function mergedOne(command: Single, entry: Entry, rows: Rows, missed: Missed, now: number): Merged {
  if (command.command === 'update_task') return mergedTask(command, entry, rows, missed, now)
  if (command.command === 'move_task') return mergedMove(command, entry, rows, now)
  if (command.command === 'update_list') return mergedList(command, entry, rows, now)
  return { command, conflicts: [] }
}

type UpdateList = Extract<Single, { command: 'update_list' }>
type UpdateTask = Extract<Single, { command: 'update_task' }>
type MoveTask = Extract<Single, { command: 'move_task' }>

function mergedTask(
  command: UpdateTask,
  entry: Entry,
  rows: Rows,
  missed: Missed,
  now: number,
): Merged {
  const key = taskKey(command.task_id)
  const task = taskOf(rows, command.task_id)
  if (!task) {
    const trashed = missed.get(key)
    if (trashed === undefined) return { wait: key, conflicts: [] }
    if (trashed === null) return { command, conflicts: [] }
    return { conflicts: [inTrash(command, entry, trashed, now)] }
  }
  const told = { entry, key, title: task.title, now }
  const conflicts = compared(told, shownFields(command, task), task).map((conflict) => ({
    ...conflict,
    keepMine: [kept(command, ['command', 'task_id', conflict.field])],
  }))
  const base = entry.base[key]
  let merged = command
  if (command.blocked_by && base && 'blocked_by' in base && base.blocked_by) {
    const { added, removed } = difference(base.blocked_by, command.blocked_by)
    merged = { ...command, blocked_by: together(task.blocked_by, added, removed) }
  }
  return rest(merged, conflicts, ['command', 'task_id'], task.version)
}

function mergedList(command: UpdateList, entry: Entry, rows: Rows, now: number): Merged {
  const list = listOf(rows, command.list_id)
  if (!list) return { command, conflicts: [] }
  const told = { entry, key: listKey(command.list_id), title: list.name, now }
  const conflicts = compared(told, shownListFields(command), list).map((conflict) => ({
    ...conflict,
    keepMine: [kept(command, ['command', 'list_id', conflict.field])],
  }))
  return rest(command, conflicts, ['command', 'list_id'], list.version)
}

function inTrash(command: UpdateTask, entry: Entry, trashed: Task, now: number): Conflict {
  const { task_id } = command
  const { title } = trashed
  const key = taskKey(task_id)
  const mine = shownFields(command, trashed)
  const keepMine: Single[] = [{ command: 'restore_task', task_id }, command]
  const values = { base: entry.base[key], mine, theirs: trashed.deleted_at, keepMine, title }
  const { id, workspace } = entry
  return { id: `${id}/${key}/deleted`, workspace, key, field: 'deleted', at: now, ...values }
}

function mergedMove(command: MoveTask, entry: Entry, rows: Rows, now: number): Merged {
  const task = taskOf(rows, command.task_id)
  if (!task) return { command, conflicts: [] }
  const { list_id, parent_id } = command
  const wanted = {
    ...(list_id === undefined ? {} : { list_id }),
    ...(parent_id === undefined ? {} : { parent_id }),
  }
  const told = { entry, key: taskKey(task.task_id), title: task.title, now }
  const conflicts = compared(told, wanted, task)
  if (conflicts.length > 0) {
    const keepMine: Single[] = [{ command: 'move_task', task_id: task.task_id, ...wanted }]
    return { conflicts: conflicts.map((conflict) => ({ ...conflict, keepMine })) }
  }
  const place = {
    list_id: list_id === undefined ? task.list_id : list_id,
    parent_id: parent_id === undefined ? task.parent_id : parent_id,
  }
  const stays = (id: string | null | undefined): boolean => {
    const other = id ? taskOf(rows, id) : undefined
    return equal(other?.list_id, place.list_id) && equal(other?.parent_id, place.parent_id)
  }
  // A neighbour that went elsewhere says nothing any more.
  const gone = ['after', 'before'].filter((side) => {
    const id = side === 'after' ? command.after : command.before
    return id && !stays(id)
  })
  const moves = list_id !== undefined || parent_id !== undefined
  const version = moves ? { ifMatch: task.version } : {}
  return { command: without(command, new Set(gone)), conflicts: [], ...version }
}

type Told = { entry: Entry; key: Key; title: string; now: number }

/** The fields that somebody else changed meanwhile to something else. */
function compared(told: Told, mine: object, theirs: object): Omit<Conflict, 'keepMine'>[] {
  const { entry, key, title, now } = told
  const seen = entry.base[key]
  if (!seen) return []
  const [base, there] = [new Map(Object.entries(seen)), new Map(Object.entries(theirs))]
  return Object.entries(mine).flatMap(([field, wanted]: [string, unknown]) => {
    const found: unknown = there.get(field)
    if (same(field, found, base.get(field)) || same(field, found, wanted)) return []
    const values = { base: base.get(field), mine: wanted, theirs: found }
    const { id, workspace } = entry
    return [{ id: `${id}/${key}/${field}`, workspace, key, field, title, at: now, ...values }]
  })
}

function same(field: string, one: unknown, other: unknown): boolean {
  if (field !== 'recurrence') return equal(one, other)
  return equal(rule(one), rule(other))
}

/** The part of a recurrence that people set; the rest is kept by the server. */
function rule(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return null
  const { rule: text, from, except }: Partial<Recurrence> = value
  return { text, from, except: except ?? [] }
}

/** The command without the fields in conflict; none when only `names` are left. */
function rest(
  command: Single,
  conflicts: readonly Conflict[],
  names: readonly string[],
  ifMatch: number,
): Merged {
  const left = without(command, new Set(conflicts.map((conflict) => conflict.field)))
  const nothing = Object.keys(left).every((name) => names.includes(name))
  return nothing ? { conflicts } : { command: left, conflicts, ifMatch }
}

/** The command with these fields alone. */
function kept<C extends Single>(command: C, names: readonly string[]): C {
  return without(command, new Set(Object.keys(command).filter((name) => !names.includes(name))))
}

/** The entry without what it would show of fields in conflict. */
function stripped(entry: Entry, conflicts: readonly Conflict[]): Entry {
  if (conflicts.length === 0) return entry
  const left = (key: Key) =>
    new Set(conflicts.filter((conflict) => conflict.key === key).map((conflict) => conflict.field))
  const strip = (patches: Entry['patches']) =>
    patches.map((patch) => {
      if (patch.kind === 'task' && patch.set) {
        return { ...patch, set: without(patch.set, left(patch.key)) }
      }
      if (patch.kind === 'list' && patch.set) {
        return { ...patch, set: without(patch.set, left(patch.key)) }
      }
      return patch
    })
  return { ...entry, patches: strip(entry.patches), inverse: strip(entry.inverse) }
}
