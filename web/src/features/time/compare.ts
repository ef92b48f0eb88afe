import type { Task } from '@/api/types'
import { equal } from '@/sync/equal'
import type { FieldName } from '../history/deeds'

/** What became of a task since. */
export type Since =
  | { readonly is: 'same' | 'completed' | 'deleted' }
  | { readonly is: 'changed'; readonly fields: readonly FieldName[] }

const fields = [
  'title',
  'description',
  'priority',
  'due',
  'start',
  'recurrence',
  'reminders',
  'tags',
  'list_id',
  'parent_id',
  'blocked_by',
  'assignee_id',
] as const satisfies readonly (FieldName & keyof Task)[]

/** What is different now; a task that is not there any more was deleted. */
export function since(then: Task, now: Task | undefined): Since {
  if (now === undefined || now.deleted_at) return { is: 'deleted' }
  if (now.completed_at && !then.completed_at) return { is: 'completed' }
  const changed = fields.filter((field) => !equal(then[field], now[field]))
  return changed.length === 0 ? { is: 'same' } : { is: 'changed', fields: changed }
}
