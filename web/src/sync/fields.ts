import type { ListPatch, TaskPatch } from './commands'
import type { List, Task } from './rows'

/** The fields of a task that a patch sets, as they will be shown; tags and blockers are sets of their own. */
export function shownFields(patch: TaskPatch, task: Task | undefined): Partial<Task> {
  const shown: Partial<Task> = {}
  if (typeof patch.title === 'string') shown.title = patch.title.trim()
  if (typeof patch.description === 'string') shown.description = patch.description
  if (patch.priority) shown.priority = patch.priority
  if (patch.due !== undefined) shown.due = patch.due
  if (patch.start !== undefined) shown.start = patch.start
  if (patch.assignee_id !== undefined) shown.assignee_id = patch.assignee_id
  if (patch.reminders) {
    shown.reminders = patch.reminders.map((one) => ({ ...one, reminder_id: one.reminder_id ?? '' }))
  }
  if (patch.recurrence === null) shown.recurrence = null
  if (patch.recurrence) {
    const { rule, from, except } = patch.recurrence
    const before = task?.recurrence
    const due = patch.due ?? task?.due
    const anchor = before?.anchor ?? due ?? { date: task?.start ?? '' }
    const occurrence = before?.occurrence ?? 1
    shown.recurrence = { rule, from: from ?? 'due', except: except ?? [], anchor, occurrence }
  }
  return shown
}

export function shownListFields(patch: ListPatch): Partial<List> {
  const shown: Partial<List> = {}
  if (typeof patch.name === 'string') shown.name = patch.name.trim()
  if (patch.color !== undefined) shown.color = patch.color
  return shown
}

/** What became more, and what became less, from one set to another. */
export function difference(
  before: readonly string[],
  after: readonly string[],
): { added: string[]; removed: string[] } {
  return {
    added: after.filter((one) => !before.includes(one)),
    removed: before.filter((one) => !after.includes(one)),
  }
}

/** The values of these fields in a row. */
export function picked<Row extends object>(row: Row, fields: object): Partial<Row> {
  const values: Partial<Row> = { ...row }
  for (const name of Object.keys(row)) {
    if (!(name in fields)) Reflect.deleteProperty(values, name)
  }
  return values
}

/** The fields without those that `left` names. */
export function without<Fields extends object>(fields: Fields, left: ReadonlySet<string>): Fields {
  const rest = { ...fields }
  for (const name of left) Reflect.deleteProperty(rest, name)
  return rest
}
