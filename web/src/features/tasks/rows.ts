import type { List, Priority, Task } from '@/api/types'
import { dayAt, dueDay, dueInstant, isOverdue, type Day } from '@/lib/days'

/** A line of a task list. */
export type Row =
  | { kind: 'heading'; key: string; heading: Heading; count: number }
  | { kind: 'task'; key: string; task: Task; depth: number }

export type Heading = { overdue: true } | { day: Day }

const urgency: Record<Priority, number> = { urgent: 0, high: 1, medium: 2, low: 3, none: 4 }

/** Ranks are ordered as bytes; they are ASCII. */
const byRank = (a: Task, b: Task) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0)

/** By when it is due, whole days last within their day, then by how urgent it is. */
function byDue(zone: string) {
  const whenOf = (task: Task): [Day, number] => {
    if (!task.due) return ['9999-12-31', Infinity]
    return [dueDay(task.due, zone), dueInstant(task.due, zone) ?? Infinity]
  }
  return (a: Task, b: Task): number => {
    const [[dayA, timeA], [dayB, timeB]] = [whenOf(a), whenOf(b)]
    if (dayA !== dayB) return dayA < dayB ? -1 : 1
    if (timeA !== timeB) return timeA < timeB ? -1 : 1
    return urgency[a.priority] - urgency[b.priority] || byRank(a, b)
  }
}

const rowOf = (task: Task, depth = 0): Row => ({ kind: 'task', key: task.task_id, task, depth })

function section(key: string, heading: Heading, tasks: Task[]): Row[] {
  if (tasks.length === 0) return []
  return [
    { kind: 'heading', key, heading, count: tasks.length },
    ...tasks.map((each) => rowOf(each)),
  ]
}

/** The tasks of one list, or of the inbox, each followed by its subtasks. */
export function listRows(tasks: readonly Task[], listId: string | null): Row[] {
  const here = tasks.filter((task) => (task.list_id ?? null) === listId)
  const ids = new Set(here.map((task) => task.task_id))
  const children = new Map<string | null, Task[]>()
  for (const task of here) {
    // What hangs on a task that is not shown, such as a completed one, stands for itself.
    const parent = task.parent_id && ids.has(task.parent_id) ? task.parent_id : null
    children.set(parent, [...(children.get(parent) ?? []), task])
  }
  const under = (parent: string | null, depth: number): Row[] =>
    (children.get(parent) ?? [])
      .sort(byRank)
      .flatMap((task) => [rowOf(task, depth), ...under(task.task_id, depth + 1)])
  return under(null, 0)
}

/** What is overdue, and what is due today. */
export function todayRows(tasks: readonly Task[], now: number, zone: string): Row[] {
  const today = dayAt(now, zone)
  const due = tasks.filter((task) => task.due && dueDay(task.due, zone) <= today).sort(byDue(zone))
  const over = (task: Task) => Boolean(task.due && isOverdue(task.due, now, zone))
  const rest = due.filter((task) => !over(task))
  return [
    ...section('overdue', { overdue: true }, due.filter(over)),
    ...section(today, { day: today }, rest),
  ]
}

/** What is due from today on, by day. */
export function upcomingRows(tasks: readonly Task[], now: number, zone: string): Row[] {
  const today = dayAt(now, zone)
  const days = new Map<Day, Task[]>()
  for (const task of [...tasks].sort(byDue(zone))) {
    const day = task.due ? dueDay(task.due, zone) : null
    if (day === null || day < today) continue
    days.set(day, [...(days.get(day) ?? []), task])
  }
  return [...days].flatMap(([day, due]) => section(day, { day }, due))
}

/** The tasks with a tag, what is due soonest first. */
export function tagRows(tasks: readonly Task[], tag: string, zone: string): Row[] {
  return tasks
    .filter((task) => task.tags.includes(tag))
    .sort(byDue(zone))
    .map((task) => rowOf(task))
}

export type Counts = {
  inbox: number
  today: number
  overdue: number
  lists: ReadonlyMap<string, number>
  tags: ReadonlyMap<string, number>
}

/** How many open tasks each entry of the sidebar has. */
export function countsOf(tasks: readonly Task[], now: number, zone: string): Counts {
  const lists = new Map<string, number>()
  const tags = new Map<string, number>()
  const today = dayAt(now, zone)
  let [inbox, dueToday, overdue] = [0, 0, 0]
  for (const task of tasks) {
    if (task.list_id) lists.set(task.list_id, (lists.get(task.list_id) ?? 0) + 1)
    else inbox += 1
    for (const tag of task.tags) tags.set(tag, (tags.get(tag) ?? 0) + 1)
    if (task.due && dueDay(task.due, zone) <= today) dueToday += 1
    if (task.due && isOverdue(task.due, now, zone)) overdue += 1
  }
  return { inbox, today: dueToday, overdue, lists, tags }
}

export function listNames(lists: readonly List[] | undefined): ReadonlyMap<string, string> {
  return new Map(lists?.map((list) => [list.list_id, list.name]))
}
