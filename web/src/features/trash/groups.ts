import type { List, Task } from '@/api/types'

/** Something in the trash. */
export type Thing =
  | { readonly kind: 'task'; readonly id: string; readonly task: Task }
  | { readonly kind: 'list'; readonly id: string; readonly list: List }

/** What went at one moment, which is what one change deleted. */
export type Group = { readonly at: string; readonly things: readonly Thing[] }

/** What is in the trash by when it went there, the last first. Lists stand before their tasks. */
export function groupsOf(lists: readonly List[], tasks: readonly Task[]): Group[] {
  const groups = new Map<string, Thing[]>()
  const put = (at: string | null | undefined, thing: Thing) => {
    if (!at) return
    const known = groups.get(at)
    if (known === undefined) groups.set(at, [thing])
    else known.push(thing)
  }
  for (const list of lists) put(list.deleted_at, { kind: 'list', id: list.list_id, list })
  for (const task of tasks) put(task.deleted_at, { kind: 'task', id: task.task_id, task })
  return [...groups]
    .map(([at, things]) => ({ at, things }))
    .sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
}

/** Those that bring the others of their group back with them. */
export function rootsOf({ things }: Group): Thing[] {
  const ids = new Set(things.map((thing) => thing.id))
  const goesWith = (id: string | null | undefined) => Boolean(id && ids.has(id))
  return things.filter(
    (thing) =>
      thing.kind === 'list' || !(goesWith(thing.task.list_id) || goesWith(thing.task.parent_id)),
  )
}

/** Those that come back when one of the group does. */
export function withThing({ things }: Group, thing: Thing): Thing[] {
  const back = new Set([thing.id])
  // A subtask may stand before its parent, so it is gone through until nothing is added.
  for (let size = 0; size !== back.size;) {
    size = back.size
    for (const each of things) {
      if (each.kind !== 'task') continue
      const { list_id: list, parent_id: parent } = each.task
      if ((list && back.has(list)) || (parent && back.has(parent))) back.add(each.id)
    }
  }
  return things.filter(({ id }) => back.has(id))
}
