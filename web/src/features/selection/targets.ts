import type { Task } from '@/api/types'
import type { Sync } from '@/sync'
import { focusedTask } from './focus'
import { selection } from './selection'

/** What a command is about: the tasks that are chosen, else the one that has the focus. */
export function targetsIn(sync: Sync): Task[] {
  const one = focusedTask()
  const ids = selection.chosen.size > 0 ? [...selection.chosen] : one === undefined ? [] : [one]
  const view = sync.view()
  return ids.flatMap((id) => view.task(id) ?? [])
}

/** Without those that go along with a task above them. */
export function roots(tasks: readonly Task[], sync: Sync): Task[] {
  const ids = new Set(tasks.map((task) => task.task_id))
  const view = sync.view()
  const goesAlong = ({ parent_id }: Task): boolean => {
    if (!parent_id) return false
    const parent = view.task(parent_id)
    return ids.has(parent_id) || (parent !== undefined && goesAlong(parent))
  }
  return tasks.filter((task) => !goesAlong(task))
}
