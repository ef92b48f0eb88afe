import { overlay, overlayAgain } from './overlay'
import { byRank } from './rank'
import type { Key, List, ListId, Row, Rows, Task, TaskId, WorkspaceId } from './rows'
import { listOf, taskOf } from './rows'
import type { State } from './state'

/** What is shown at a moment. Rows that did not change are the same objects in the next view. */
export type View = {
  readonly rows: Rows
  task(id: TaskId): Task | undefined
  list(id: ListId): List | undefined
  /** The tasks of a list (null is the inbox), in their order, done ones too. */
  tasksIn(workspace: WorkspaceId, list: ListId | null): readonly Task[]
  /** All tasks of a workspace, in no order; of all workspaces when none is named. */
  tasks(workspace?: WorkspaceId): readonly Task[]
}

type Shelves = ReadonlyMap<string, readonly Task[]>

const shelfOf = (task: Task): string => `${task.workspace_id}/${task.list_id ?? ''}`
const NONE: readonly Task[] = []

class Shown implements View {
  private readonly all = new Map<WorkspaceId | undefined, readonly Task[]>()

  constructor(
    readonly rows: Rows,
    readonly shelves: Shelves,
  ) {}

  task(id: TaskId) {
    return taskOf(this.rows, id)
  }

  list(id: ListId) {
    return listOf(this.rows, id)
  }

  tasksIn(workspace: WorkspaceId, list: ListId | null) {
    return this.shelves.get(`${workspace}/${list ?? ''}`) ?? NONE
  }

  tasks(workspace?: WorkspaceId) {
    const known = this.all.get(workspace)
    if (known) return known
    const here = [...this.shelves].filter(
      ([name]) => workspace === undefined || name.startsWith(`${workspace}/`),
    )
    const all = here.flatMap(([, tasks]) => tasks)
    this.all.set(workspace, all)
    return all
  }
}

/** The view of a state, made from the one before: only what changed is looked at. */
export class Views {
  private state: State
  private shown: Shown

  constructor(state: State) {
    this.state = state
    const rows = overlay(state.rows, state.outbox)
    this.shown = new Shown(rows, shelved(new Map(), new Map(), rows))
  }

  get view(): View {
    return this.shown
  }

  /** True when something is shown differently now. */
  update(state: State): boolean {
    const before = this.state
    this.state = state
    if (before.rows === state.rows && before.outbox === state.outbox) return false
    const changed = before.rows === state.rows ? [] : differing(before.rows, state.rows)
    const rows = overlayAgain(this.shown.rows, before, state, changed)
    if (rows === this.shown.rows) return false
    this.shown = new Shown(rows, shelved(this.shown.shelves, this.shown.rows, rows))
    return true
  }
}

function* differing(before: Rows, after: Rows): Generator<Key> {
  for (const [key, row] of after) if (before.get(key) !== row) yield key
  for (const key of before.keys()) if (!after.has(key)) yield key
}

const taskIn = (row: Row | undefined): Task | undefined =>
  row?.kind === 'task' ? row.value : undefined

/** The shelves with the tasks that came, went or changed; the others stay as they are. */
function shelved(shelves: Shelves, before: Rows, after: Rows): Shelves {
  const gone = new Map<string, Set<Task>>()
  const come = new Map<string, Task[]>()
  for (const key of differing(before, after)) {
    const [old, now] = [taskIn(before.get(key)), taskIn(after.get(key))]
    if (old === now) continue
    if (old) gone.set(shelfOf(old), (gone.get(shelfOf(old)) ?? new Set()).add(old))
    if (!now) continue
    const shelf = come.get(shelfOf(now))
    if (shelf) shelf.push(now)
    else come.set(shelfOf(now), [now])
  }
  if (gone.size + come.size === 0) return shelves
  const next = new Map(shelves)
  for (const name of new Set([...gone.keys(), ...come.keys()])) {
    const left = gone.get(name)
    const stay = (next.get(name) ?? NONE).filter((task) => !left?.has(task))
    const tasks = [...stay, ...(come.get(name) ?? [])].sort(byRank)
    if (tasks.length > 0) next.set(name, tasks)
    else next.delete(name)
  }
  return next
}
