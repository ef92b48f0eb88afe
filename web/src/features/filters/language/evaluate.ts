import type { Priority, Task } from '@/api/types'
import { addDays, dayAt, isOverdue, type Day } from '@/lib/days'
import { fold, hasWords } from '@/lib/words'
import type { Condition, DayWord, ListName, Term } from './condition'
import { priorities, weekdays, type Comparison, type DayField, type Flag, type Part } from './words'

/** Who asks, when and where, and what the lists are called. */
export type Asker = {
  now: number
  zone: string
  me: string
  listNames: ReadonlyMap<string, string>
}

/** Whether a condition holds of a task: what the server would say, here and now. */
export function holds(condition: Condition, task: Task, asker: Asker): boolean {
  switch (condition.is) {
    case 'all':
      return condition.parts.every((part) => holds(part, task, asker))
    case 'any':
      return condition.parts.some((part) => holds(part, task, asker))
    case 'not':
      return !holds(condition.part, task, asker)
    case 'day':
    case 'no_day':
    case 'priority':
    case 'tag':
    case 'title':
    case 'tag_contains':
    case 'list_contains':
    case 'title_contains':
    case 'text':
    case 'list':
    case 'parent':
    case 'assignee':
    case 'flag':
    case 'has':
      return termHolds(condition, task, asker)
  }
}

function termHolds(term: Term, task: Task, asker: Asker): boolean {
  const listName = asker.listNames.get(task.list_id ?? '')
  switch (term.is) {
    case 'day': {
      const day = dayOf(task, term.field, asker.zone)
      const wanted = dateOf(term.day, dayAt(asker.now, asker.zone))
      return day !== undefined && compare(day, term.compared, wanted)
    }
    case 'no_day':
      return (dayOf(task, term.field, asker.zone) === undefined) === term.equal
    case 'priority':
      return compare(rankOf(task.priority), term.compared, rankOf(term.priority))
    case 'tag':
      return task.tags.some((tag) => fold(tag) === fold(term.text)) === term.equal
    case 'tag_contains':
      return task.tags.some((tag) => fold(tag).includes(fold(term.text)))
    case 'list':
      return isIn(task, term.list, listName) === term.equal
    case 'list_contains':
      return listName !== undefined && lower(listName).includes(lower(term.text))
    case 'parent':
      return ((task.parent_id ?? null) === term.id) === term.equal
    case 'assignee': {
      const wanted = 'me' in term.person ? asker.me : term.person.id
      return ((task.assignee_id ?? null) === wanted) === term.equal
    }
    case 'title':
      return (task.title === term.text) === term.equal
    case 'title_contains':
      return hasWords(task.title, term.text)
    case 'text':
      return hasWords(task.title, term.text) || hasWords(task.description, term.text)
    case 'flag':
      return isSo(task, term.flag, asker)
    case 'has':
      return hasPart(task, term.part)
  }
}

/** Names of lists are compared without regard to the case of ASCII letters only. */
const lower = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

const rankOf = (priority: Priority) => priorities.indexOf(priority)

function compare<T extends string | number>(one: T, compared: Comparison, other: T): boolean {
  switch (compared) {
    case '=':
      return one === other
    case '!=':
      return one !== other
    case '<':
      return one < other
    case '<=':
      return one <= other
    case '>':
      return one > other
    case '>=':
      return one >= other
  }
}

function dayOf(task: Task, field: DayField, zone: string): Day | undefined {
  const local = (instant: string | null | undefined) =>
    instant ? dayAt(Date.parse(instant), zone) : undefined
  switch (field) {
    case 'due':
      return task.due?.date
    case 'start':
      return task.start ?? undefined
    case 'created':
      return local(task.created_at)
    case 'updated':
      return local(task.updated_at)
    case 'completed':
      return local(task.completed_at)
    case 'deleted':
      return local(task.deleted_at)
  }
}

/** The date that is meant, seen from a day. */
export function dateOf(day: DayWord, today: Day): Day {
  if ('date' in day) return day.date
  if ('near' in day) {
    const away = { yesterday: -1, today: 0, tomorrow: 1 }[day.near]
    return addDays(today, away)
  }
  if ('weekday' in day) {
    // The next such day after today; `getUTCDay` counts from Sunday.
    const ahead = weekdays.indexOf(day.weekday) + 1 - new Date(today).getUTCDay()
    return addDays(today, ((ahead + 6) % 7) + 1)
  }
  switch (day.unit) {
    case 'd':
      return withinCalendar(today, 0, day.away)
    case 'w':
      return withinCalendar(today, 0, day.away * 7)
    case 'm':
      return withinCalendar(today, day.away, 0)
    case 'y':
      return withinCalendar(today, day.away * 12, 0)
  }
}

/** So many months, to the same day or the month's last, and days away; the first or last day there is beyond that. */
function withinCalendar(today: Day, months: number, days: number): Day {
  const [year = 0, month = 1, date = 1] = today.split('-').map(Number)
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  const found = new Date(Date.UTC(year, month - 1 + months, Math.min(date, last) + days))
  if (found.getUTCFullYear() > 9999) return '9999-12-31'
  return found.getUTCFullYear() < 0 ? '0000-01-01' : found.toISOString().slice(0, 10)
}

function isIn(task: Task, list: ListName, name: string | undefined): boolean {
  if ('inbox' in list) return !task.list_id
  if ('id' in list) return task.list_id === list.id
  return name !== undefined && lower(name) === lower(list.name)
}

function isSo(task: Task, flag: Flag, { now, zone }: Asker): boolean {
  switch (flag) {
    case 'open':
      return !task.completed_at
    case 'done':
      return Boolean(task.completed_at)
    case 'overdue':
      return !task.completed_at && Boolean(task.due && isOverdue(task.due, now, zone))
    case 'blocked':
      return task.blocked
    case 'recurring':
      return Boolean(task.recurrence)
    case 'subtask':
      return Boolean(task.parent_id)
    case 'trashed':
      return Boolean(task.deleted_at)
  }
}

function hasPart(task: Task, part: Part): boolean {
  switch (part) {
    case 'due':
      return Boolean(task.due)
    case 'start':
      return Boolean(task.start)
    case 'description':
      return task.description !== ''
    case 'tags':
      return task.tags.length > 0
    case 'reminders':
      return task.reminders.length > 0
    case 'assignee':
      return Boolean(task.assignee_id)
    case 'comments':
      return task.comments > 0
    case 'subtasks':
      return task.subtasks.open + task.subtasks.done > 0
    case 'blockers':
      return task.blocked_by.length > 0
  }
}
