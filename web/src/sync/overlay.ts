import { equal } from './equal'
import type { Entry, Patch } from './outbox'
import type { Comment, Key, List, Row, RowOf, Rows, Task } from './rows'

/** What is shown: the rows of the server with what the outbox changes in them. */
export function overlay(rows: Rows, outbox: readonly Entry[]): Rows {
  const touched = touchedBy(outbox)
  const shown = new Map(rows)
  for (const key of touched) put(shown, key, shownRow(key, rows, outbox))
  return shown
}

/**
 * The same, from what was shown before: only rows that changed are looked at, and a row that says the same as before
 * stays the same object.
 */
export function overlayAgain(
  shown: Rows,
  before: { rows: Rows; outbox: readonly Entry[] },
  after: { rows: Rows; outbox: readonly Entry[] },
  changed: Iterable<Key>,
): Rows {
  const keys = new Set(changed)
  if (before.outbox !== after.outbox) {
    for (const key of touchedBy(before.outbox)) keys.add(key)
    for (const key of touchedBy(after.outbox)) keys.add(key)
  }
  let next: Map<Key, Row> | undefined
  for (const key of keys) {
    const row = shownRow(key, after.rows, after.outbox)
    const old = shown.get(key)
    if (row === old || (row && old && sameValue(row, old))) continue
    next ??= new Map(shown)
    put(next, key, row)
  }
  return next ?? shown
}

const sameValue = (one: Row, other: Row) => one.kind === other.kind && equal(one.value, other.value)

function touchedBy(outbox: readonly Entry[]): Set<Key> {
  return new Set(outbox.flatMap((entry) => entry.patches.map((patch) => patch.key)))
}

function put(rows: Map<Key, Row>, key: Key, row: Row | undefined) {
  if (row) rows.set(key, row)
  else rows.delete(key)
}

function shownRow(key: Key, rows: Rows, outbox: readonly Entry[]): Row | undefined {
  const server = rows.get(key)
  let row = server
  for (const entry of outbox) {
    for (const patch of entry.patches) {
      if (patch.key === key) row = patched(row, patch, entry, server !== undefined)
    }
  }
  return row
}

function patched(
  row: Row | undefined,
  patch: Patch,
  entry: Entry,
  known: boolean,
): Row | undefined {
  if ('gone' in patch && patch.gone) return undefined
  const at = row?.at ?? 0
  const shell = { key: patch.key, workspace: entry.workspace, at }
  switch (patch.kind) {
    case 'task': {
      // What the server has of a task that was made here is better than what was guessed.
      const made = patch.make && !known ? patch.make : undefined
      const value = row?.kind === 'task' ? row.value : (made ?? patch.make)
      if (!value) return undefined
      const task: RowOf<'task'> = { ...shell, kind: 'task', value: patchedTask(value, patch) }
      return task
    }
    case 'list': {
      const value = row?.kind === 'list' ? row.value : patch.make
      if (!value) return undefined
      const list: RowOf<'list'> = { ...shell, kind: 'list', value: patchedList(value, patch) }
      return list
    }
    case 'filter': {
      const value = patch.make ?? (row?.kind === 'filter' ? row.value : undefined)
      return value && { ...shell, kind: 'filter', value }
    }
    case 'comments': {
      const value = row?.kind === 'comments' ? row.value : []
      return { ...shell, kind: 'comments', value: patchedComments(value, patch) }
    }
  }
}

function patchedTask(task: Task, patch: Extract<Patch, { kind: 'task' }>): Task {
  const next = { ...task, ...patch.set }
  if (patch.addTags ?? patch.removeTags) {
    next.tags = together(task.tags, patch.addTags, patch.removeTags).sort()
  }
  if (patch.addBlockers ?? patch.removeBlockers) {
    next.blocked_by = together(task.blocked_by, patch.addBlockers, patch.removeBlockers)
  }
  if (patch.counts) {
    const { open = 0, done = 0, comments = 0 } = patch.counts
    next.subtasks = {
      open: floor(task.subtasks.open + open),
      done: floor(task.subtasks.done + done),
    }
    next.comments = floor(task.comments + comments)
  }
  return next
}

const floor = (count: number) => Math.max(0, count)

/** A set with these in it and without those. */
export function together(
  before: readonly string[],
  added: readonly string[] = [],
  removed: readonly string[] = [],
): string[] {
  return [...new Set([...before, ...added])].filter((one) => !removed.includes(one))
}

const patchedList = (list: List, patch: Extract<Patch, { kind: 'list' }>): List => ({
  ...list,
  ...patch.set,
})

function patchedComments(
  comments: readonly Comment[],
  { add, edit, remove }: Extract<Patch, { kind: 'comments' }>,
): readonly Comment[] {
  const kept = comments.filter((comment) => comment.comment_id !== remove)
  const edited = kept.map((comment) =>
    comment.comment_id === edit?.comment_id ? { ...comment, body: edit.body } : comment,
  )
  return add ? [...edited, add] : edited
}
