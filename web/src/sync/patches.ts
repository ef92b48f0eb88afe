import type { Command, Single } from './commands'
import { singles } from './commands'
import { difference, picked, shownFields, shownListFields } from './fields'
import type { Base, Patch } from './outbox'
import { newList, newTask, placed, placedList } from './places'
import type { Key, Rows, SavedFilter, Task, TaskId, WorkspaceId } from './rows'
import { listKey, listOf, taskKey, taskOf } from './rows'

/** Who makes a change, when and where. */
export type Author = {
  readonly workspace: WorkspaceId
  readonly user: string
  readonly now: number
  /** The entry's id; a comment goes by it until the server has named it. */
  readonly entry: string
}

/** What a command changes, as far as it is known here. */
export type Effect = {
  readonly patches: readonly Patch[]
  readonly inverse: readonly Patch[]
  readonly base: Base
}

type Made = { patches: Patch[]; inverse: Patch[]; base: Record<Key, Base[Key]> }

/** What a command changes in what is shown. */
export function effectOf(command: Command, shown: Rows, author: Author): Effect {
  const made: Made = { patches: [], inverse: [], base: {} }
  if (command.command === 'quick_add') {
    const task = newTask({ title: command.text, task_id: command.task_id }, shown, author)
    made.patches.push({ kind: 'task', key: taskKey(command.task_id), make: task })
    made.inverse.push({ kind: 'task', key: taskKey(command.task_id), gone: true })
  }
  for (const single of singles(command)) add(made, single, shown, author)
  return { patches: made.patches, inverse: made.inverse.reverse(), base: made.base }
}

function add(made: Made, command: Single, shown: Rows, author: Author) {
  const stamp = new Date(author.now).toISOString()
  switch (command.command) {
    case 'create_task': {
      const id = command.task_id
      if (!id) return
      const task = newTask(command, shown, author)
      made.patches.push({ kind: 'task', key: taskKey(id), make: task })
      made.inverse.push({ kind: 'task', key: taskKey(id), gone: true })
      count(made, task.parent_id, { open: 1 }, shown)
      return
    }
    case 'update_task': {
      update(made, command, shown, stamp)
      return
    }
    case 'move_task': {
      const task = taskOf(shown, command.task_id)
      if (!task) return
      const set = placed(task, command, shown)
      const place = { list_id: task.list_id, parent_id: task.parent_id }
      change(made, task, { ...set, updated_at: stamp })
      made.base[taskKey(task.task_id)] = { ...made.base[taskKey(task.task_id)], ...place }
      for (const below of descendants(task.task_id, shown)) {
        change(made, below, { list_id: set.list_id })
      }
      if (set.parent_id !== task.parent_id) {
        const one = task.completed_at ? { done: 1 } : { open: 1 }
        const less = task.completed_at ? { done: -1 } : { open: -1 }
        count(made, task.parent_id, less, shown)
        count(made, set.parent_id, one, shown)
      }
      return
    }
    case 'complete_task': {
      const task = taskOf(shown, command.task_id)
      if (!task || task.completed_at) return
      const below = descendants(task.task_id, shown).filter((one) => !one.completed_at)
      for (const done of [task, ...below]) {
        change(made, done, { completed_at: stamp, updated_at: stamp })
        count(made, done.parent_id, { open: -1, done: 1 }, shown)
      }
      return
    }
    case 'reopen_task': {
      const task = taskOf(shown, command.task_id)
      if (!task?.completed_at) return
      change(made, task, { completed_at: null, updated_at: stamp })
      count(made, task.parent_id, { open: 1, done: -1 }, shown)
      return
    }
    case 'delete_task': {
      const task = taskOf(shown, command.task_id)
      if (!task) return
      for (const gone of [task, ...descendants(task.task_id, shown)]) remove(made, gone)
      count(made, task.parent_id, task.completed_at ? { done: -1 } : { open: -1 }, shown)
      return
    }
    case 'add_comment': {
      const { task_id, body } = command
      const comment = { task_id, body, author_id: author.user, comment_id: author.entry }
      const row = { ...comment, created_at: stamp }
      made.patches.push({ kind: 'comments', key: `comments/${task_id}`, add: row })
      made.inverse.push({ kind: 'comments', key: `comments/${task_id}`, remove: author.entry })
      count(made, task_id, { comments: 1 }, shown)
      return
    }
    case 'edit_comment': {
      const { task_id, comment_id, body } = command
      made.patches.push({
        kind: 'comments',
        key: `comments/${task_id}`,
        edit: { comment_id, body },
      })
      return
    }
    case 'delete_comment':
      made.patches.push({
        kind: 'comments',
        key: `comments/${command.task_id}`,
        remove: command.comment_id,
      })
      count(made, command.task_id, { comments: -1 }, shown)
      return
    case 'create_list':
      if (!command.list_id) return
      made.patches.push({
        kind: 'list',
        key: listKey(command.list_id),
        make: newList(command, shown, author),
      })
      made.inverse.push({ kind: 'list', key: listKey(command.list_id), gone: true })
      return
    case 'update_list': {
      changeList(made, command.list_id, shownListFields(command), shown, true)
      return
    }
    case 'move_list': {
      changeList(made, command.list_id, placedList(command, shown), shown)
      return
    }
    case 'archive_list': {
      changeList(made, command.list_id, { archived_at: stamp }, shown)
      return
    }
    case 'unarchive_list': {
      changeList(made, command.list_id, { archived_at: null }, shown)
      return
    }
    case 'delete_list': {
      const list = listOf(shown, command.list_id)
      if (!list) return
      made.patches.push({ kind: 'list', key: listKey(list.list_id), gone: true })
      made.inverse.push({ kind: 'list', key: listKey(list.list_id), make: list })
      for (const task of tasks(shown)) if (task.list_id === list.list_id) remove(made, task)
      return
    }
    case 'save_filter': {
      const { name = '', query = '', sort = '' } = command
      // A new one is named by the server; until then it goes by its entry.
      const filter_id = command.filter_id ?? author.entry
      const held = filterOf(shown, filter_id)
      const at = { created_at: held?.created_at ?? stamp, updated_at: stamp }
      const make = { filter_id, workspace_id: author.workspace, name, query, sort, ...at }
      saveFilter(made, filter_id, make, held)
      return
    }
    case 'remove_filter':
      saveFilter(made, command.filter_id, undefined, filterOf(shown, command.filter_id))
      return
    case 'restore_task':
    case 'restore_list':
      return
  }
}

function update(
  made: Made,
  command: Extract<Single, { command: 'update_task' }>,
  shown: Rows,
  stamp: string,
) {
  const task = taskOf(shown, command.task_id)
  const key = taskKey(command.task_id)
  const set = shownFields(command, task)
  const { add_tags, remove_tags, blocked_by } = command
  const blockers = task && blocked_by ? difference(task.blocked_by, blocked_by) : undefined
  const sets = {
    ...(add_tags?.length ? { addTags: add_tags } : {}),
    ...(remove_tags?.length ? { removeTags: remove_tags } : {}),
    ...(blockers ? { addBlockers: blockers.added, removeBlockers: blockers.removed } : {}),
  }
  made.patches.push({ kind: 'task', key, set: { ...set, updated_at: stamp }, ...sets })
  if (!task) return
  const base = picked(task, { ...set, ...(blocked_by ? { blocked_by } : {}) })
  made.base[key] = { ...made.base[key], ...base }
  made.inverse.push({
    kind: 'task',
    key,
    set: before(task, { ...set, updated_at: stamp }),
    ...(add_tags?.length ? { removeTags: add_tags.filter((tag) => !task.tags.includes(tag)) } : {}),
    ...(remove_tags?.length
      ? { addTags: remove_tags.filter((tag) => task.tags.includes(tag)) }
      : {}),
    ...(blockers ? { addBlockers: blockers.removed, removeBlockers: blockers.added } : {}),
  })
}

function change(made: Made, task: Task, set: Partial<Task>) {
  const key = taskKey(task.task_id)
  made.patches.push({ kind: 'task', key, set })
  made.inverse.push({ kind: 'task', key, set: before(task, set) })
}

/** The values of these fields now. What is absent in a row is null in a patch: it has to overwrite. */
function before(task: Task, set: Partial<Task>): Partial<Task> {
  return {
    ...Object.fromEntries(Object.keys(set).map((name) => [name, null])),
    ...picked(task, set),
  }
}

function remove(made: Made, task: Task) {
  const key = taskKey(task.task_id)
  made.patches.push({ kind: 'task', key, gone: true })
  made.inverse.push({ kind: 'task', key, make: task })
}

function changeList(
  made: Made,
  id: string,
  set: Extract<Patch, { kind: 'list' }>['set'] & object,
  shown: Rows,
  merged = false,
) {
  const list = listOf(shown, id)
  if (!list) return
  const was = picked(list, set)
  made.patches.push({ kind: 'list', key: listKey(id), set })
  made.inverse.push({ kind: 'list', key: listKey(id), set: was })
  if (merged) made.base[listKey(id)] = was
}

function filterOf(shown: Rows, id: string): SavedFilter | undefined {
  const row = shown.get(`filter/${id}`)
  return row?.kind === 'filter' ? row.value : undefined
}

function saveFilter(
  made: Made,
  id: string,
  now: SavedFilter | undefined,
  before: SavedFilter | undefined,
) {
  const key: Key = `filter/${id}`
  const patch = (filter: SavedFilter | undefined): Patch =>
    filter ? { kind: 'filter', key, make: filter } : { kind: 'filter', key, gone: true }
  made.patches.push(patch(now))
  made.inverse.push(patch(before))
}

type Counts = Extract<Patch, { kind: 'task' }>['counts'] & object

function count(made: Made, id: TaskId | null | undefined, counts: Counts, shown: Rows) {
  if (!id || !taskOf(shown, id)) return
  const key = taskKey(id)
  const { open, done, comments } = counts
  const back = { open: -(open ?? 0), done: -(done ?? 0), comments: -(comments ?? 0) }
  made.patches.push({ kind: 'task', key, counts })
  made.inverse.push({ kind: 'task', key, counts: back })
}

function* tasks(shown: Rows): Generator<Task> {
  for (const row of shown.values()) if (row.kind === 'task') yield row.value
}

/** All tasks below one, parents before children. */
function descendants(id: TaskId, shown: Rows): Task[] {
  const task = taskOf(shown, id)
  if (!task || task.subtasks.open + task.subtasks.done === 0) return []
  const found: Task[] = []
  const all = [...tasks(shown)].filter((one) => one.parent_id)
  for (let above = [id]; above.length > 0;) {
    const below = all.filter((one) => one.parent_id && above.includes(one.parent_id))
    found.push(...below)
    above = below.map((one) => one.task_id)
  }
  return found
}
