import type { Task } from '@/api/types'
import { dueDay, dueInstant } from '@/lib/days'
import { priorities } from './words'

const sortColumns = [
  'due',
  'start',
  'priority',
  'title',
  'created',
  'updated',
  'completed',
  'rank',
] as const
type SortColumn = (typeof sortColumns)[number]
export type SortKey = { column: SortColumn; descending: boolean }

/** Sort keys such as `due,-priority`; what is not known is left out. */
export function readSort(text: string): SortKey[] {
  return text.split(',').flatMap((part) => {
    const said = part.trim().toLowerCase()
    const column = sortColumns.find((name) => name === said.replace(/^[-+]/, ''))
    return column === undefined ? [] : [{ column, descending: said.startsWith('-') }]
  })
}

/** What is missing comes last, whichever way the key goes. */
export function bySort(keys: readonly SortKey[], zone: string) {
  return (one: Task, other: Task): number => {
    for (const { column, descending } of keys) {
      const [left, right] = [valueOf(one, column, zone), valueOf(other, column, zone)]
      if (left === right) continue
      if (left === undefined) return 1
      if (right === undefined) return -1
      return left < right === descending ? 1 : -1
    }
    return 0
  }
}

function valueOf(task: Task, column: SortColumn, zone: string): string | number | undefined {
  switch (column) {
    case 'due':
      if (!task.due) return undefined
      // A whole day is over when its last second is.
      return `${dueDay(task.due, zone)} ${dueInstant(task.due, zone) ?? '~'}`
    case 'start':
      return task.start ?? undefined
    case 'priority':
      return priorities.indexOf(task.priority)
    case 'title':
      return task.title
    case 'created':
      return task.created_at
    case 'updated':
      return task.updated_at
    case 'completed':
      return task.completed_at ?? undefined
    case 'rank':
      return task.rank
  }
}
