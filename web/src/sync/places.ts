import type { Single } from './commands'
import type { Author } from './patches'
import { between, byRank } from './rank'
import type { List, Rows, Task } from './rows'
import { taskOf } from './rows'
import { shownFields } from './fields'

type Of<Name extends Single['command']> = Omit<Extract<Single, { command: Name }>, 'command'>

/** A task as it will be made, with the place that it will have as far as it is known here. */
export function newTask(command: Of<'create_task'>, shown: Rows, author: Author): Task {
  const stamp = new Date(author.now).toISOString()
  const parent = command.parent_id ? taskOf(shown, command.parent_id) : undefined
  const list_id = parent ? parent.list_id : (command.list_id ?? null)
  const place = { list_id, parent_id: command.parent_id ?? null }
  return {
    task_id: command.task_id ?? author.entry,
    workspace_id: author.workspace,
    title: '',
    description: '',
    priority: 'none',
    tags: [...(command.tags ?? [])].sort(),
    reminders: [],
    blocked_by: command.blocked_by ?? [],
    blocked: false,
    comments: 0,
    subtasks: { open: 0, done: 0 },
    created_at: stamp,
    created_by: author.user,
    updated_at: stamp,
    version: 0,
    ...place,
    rank: between(lastRank(siblings(shown, author.workspace, place))),
    ...shownFields(command, undefined),
  }
}

/** Where a moved task will be shown. */
export function placed(
  task: Task,
  to: Of<'move_task'>,
  shown: Rows,
): Pick<Task, 'list_id' | 'parent_id' | 'rank'> {
  const otherList = to.list_id !== undefined && to.list_id !== (task.list_id ?? null)
  const parent_id = to.parent_id !== undefined ? to.parent_id : otherList ? null : task.parent_id
  const parent = parent_id ? taskOf(shown, parent_id) : undefined
  const list_id = parent ? parent.list_id : to.list_id !== undefined ? to.list_id : task.list_id
  const place = { list_id: list_id ?? null, parent_id: parent_id ?? null }
  const others = siblings(shown, task.workspace_id, place).filter(
    (other) => other.task_id !== task.task_id,
  )
  const rankOf = (id: string | null | undefined) => others.find((one) => one.task_id === id)?.rank
  return { ...place, rank: rankBetween(others, rankOf(to.after), rankOf(to.before)) }
}

export function newList(command: Of<'create_list'>, shown: Rows, author: Author): List {
  const stamp = new Date(author.now).toISOString()
  return {
    list_id: command.list_id ?? author.entry,
    workspace_id: author.workspace,
    name: command.name?.trim() ?? '',
    color: command.color ?? null,
    rank: between(lastRank(lists(shown, author.workspace))),
    created_at: stamp,
    updated_at: stamp,
    version: 0,
    open: 0,
    done: 0,
  }
}

export function placedList(to: Of<'move_list'>, shown: Rows): Pick<List, 'rank'> {
  const row = shown.get(`list/${to.list_id}`)
  const others = lists(shown, row?.workspace ?? '').filter((one) => one.list_id !== to.list_id)
  const rankOf = (id: string | null | undefined) => others.find((one) => one.list_id === id)?.rank
  return { rank: rankBetween(others, rankOf(to.after), rankOf(to.before)) }
}

type Ranked = { readonly rank: string }

function rankBetween(others: readonly Ranked[], after?: string, before?: string): string {
  if (after === undefined && before === undefined) return between(lastRank(others))
  const low = after ?? others.findLast((one) => before !== undefined && one.rank < before)?.rank
  const high = before ?? others.find((one) => after !== undefined && one.rank > after)?.rank
  return between(low, high)
}

const lastRank = (others: readonly Ranked[]): string | undefined => others.at(-1)?.rank

function siblings(
  shown: Rows,
  workspace: string,
  place: { list_id: string | null | undefined; parent_id: string | null },
): Task[] {
  const found: Task[] = []
  for (const row of shown.values()) {
    if (row.kind !== 'task' || row.workspace !== workspace) continue
    const { list_id, parent_id } = row.value
    const here =
      (parent_id ?? null) === place.parent_id && (list_id ?? null) === (place.list_id ?? null)
    if (here) found.push(row.value)
  }
  return found.sort(byRank)
}

function lists(shown: Rows, workspace: string): List[] {
  const found: List[] = []
  for (const row of shown.values()) {
    if (row.kind === 'list' && row.workspace === workspace) found.push(row.value)
  }
  return found.sort(byRank)
}
