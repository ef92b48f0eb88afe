import type { Task } from '@/api/types'
import { dayAt } from '@/lib/days'
import { useSync } from '@/sync'
import { useMe } from '../auth/session'
import { useTaskChanges } from '../selection/useTaskChanges'
import type { Value } from './columns'
import { firstDay } from './columns'

/** Puts a task into a column: it gets what the tasks there have in common. */
export function usePut(): (task: Task, from: Value, to: Value) => void {
  const sync = useSync()
  const changes = useTaskChanges()
  const { time_zone: zone } = useMe()
  return (task, from, to) => {
    const tasks = [task]
    switch (to.by) {
      case 'priority':
        changes.setPriority(tasks, to.priority)
        return
      case 'due':
        if (to.due === 'overdue') return
        if (to.due === 'none') changes.setDue(tasks, null)
        else changes.setDay(tasks, firstDay(to.due, dayAt(Date.now(), zone)))
        return
      case 'status':
        // Completing an open task and opening a done one are the same command.
        if ((to.status === 'done') !== Boolean(task.completed_at)) changes.complete(tasks)
        return
      case 'tag': {
        const left = from.by === 'tag' && from.tag !== null ? [from.tag] : []
        changes.setTags(tasks, to.tag === null ? [] : [to.tag], to.tag === null ? task.tags : left)
        return
      }
      case 'assignee':
        changes.setAssignee(tasks, to.person)
        return
      case 'list':
        changes.moveToList(tasks, to.list === null ? null : (sync.view().list(to.list) ?? null))
    }
  }
}
