import type { List, Priority, Task } from '@/api/types'
import { addDays, dayAt, dueDay, isOverdue, type Day } from '@/lib/days'
import { bySort, readSort } from '../filters/language/sort'

/** What the columns of a board are made of. */
export const fields = ['priority', 'due', 'status', 'tag', 'assignee', 'list'] as const
export type Field = (typeof fields)[number]

const dues = ['overdue', 'today', 'tomorrow', 'week', 'later', 'none'] as const
const states = ['open', 'waiting', 'done'] as const
const priorities = ['urgent', 'high', 'medium', 'low', 'none'] as const

/** What the tasks of a column have in common; null is no tag, nobody, and the inbox. */
export type Value =
  | { by: 'priority'; priority: Priority }
  | { by: 'due'; due: (typeof dues)[number] }
  | { by: 'status'; status: (typeof states)[number] }
  | { by: 'tag'; tag: string | null }
  | { by: 'assignee'; person: string | null }
  | { by: 'list'; list: string | null }

export type Column = { key: string; value: Value; tasks: readonly Task[] }

export type Surroundings = {
  now: number
  zone: string
  lists: readonly List[]
  people: readonly string[]
}

/** The columns of a board. Those that anything can be put into are there without a task as well. */
export function columnsOf(by: Field, tasks: readonly Task[], around: Surroundings): Column[] {
  const sorted = [...tasks].sort(bySort(readSort('due,-priority,rank'), around.zone))
  return valuesOf(by, sorted, around)
    .map((value) => ({
      key: keyOf(value),
      value,
      tasks: sorted.filter((task) => isIn(task, value, around)),
    }))
    .filter(({ value, tasks: there }) => there.length > 0 || takes(value))
}

function valuesOf(by: Field, tasks: readonly Task[], { lists, people }: Surroundings): Value[] {
  switch (by) {
    case 'priority':
      return priorities.map((priority) => ({ by, priority }))
    case 'due':
      return dues.map((due) => ({ by, due }))
    case 'status':
      return states.map((status) => ({ by, status }))
    case 'tag': {
      const tags = [...new Set(tasks.flatMap((task) => task.tags))].sort((one, other) =>
        one.localeCompare(other),
      )
      return [...tags, null].map((tag) => ({ by, tag }))
    }
    case 'assignee':
      return [null, ...people].map((person) => ({ by, person }))
    case 'list':
      return [null, ...lists.map((list) => list.list_id)].map((list) => ({ by, list }))
  }
}

function keyOf(value: Value): string {
  switch (value.by) {
    case 'priority':
      return `priority:${value.priority}`
    case 'due':
      return `due:${value.due}`
    case 'status':
      return `status:${value.status}`
    case 'tag':
      return `column:tag:${value.tag ?? ''}`
    case 'assignee':
      return `assignee:${value.person ?? ''}`
    case 'list':
      return `column:list:${value.list ?? ''}`
  }
}

/** Whether a task can be put there: nothing becomes overdue, or waits, because somebody says so. */
export const takes = (value: Value): boolean =>
  !(value.by === 'due' && value.due === 'overdue') &&
  !(value.by === 'status' && value.status === 'waiting')

function isIn(task: Task, value: Value, around: Surroundings): boolean {
  switch (value.by) {
    case 'priority':
      return task.priority === value.priority
    case 'due':
      return dueOf(task, around) === value.due
    case 'status':
      return statusOf(task) === value.status
    case 'tag':
      return value.tag === null ? task.tags.length === 0 : task.tags.includes(value.tag)
    case 'assignee':
      return (task.assignee_id ?? null) === value.person
    case 'list':
      return (task.list_id ?? null) === value.list
  }
}

const statusOf = (task: Task) => (task.completed_at ? 'done' : task.blocked ? 'waiting' : 'open')

function dueOf({ due }: Task, { now, zone }: Surroundings): (typeof dues)[number] {
  if (!due) return 'none'
  if (isOverdue(due, now, zone)) return 'overdue'
  const [day, today] = [dueDay(due, zone), dayAt(now, zone)]
  if (day <= today) return 'today'
  if (day === addDays(today, 1)) return 'tomorrow'
  return day < addDays(today, 7) ? 'week' : 'later'
}

/** The first day of a column of days, on which a task is put there. */
export function firstDay(due: 'today' | 'tomorrow' | 'week' | 'later', today: Day): Day {
  return addDays(today, { today: 0, tomorrow: 1, week: 2, later: 7 }[due])
}
