import type { Activity, FieldChange } from '@/api/types'

/** The types of events that there are words for, as the messages name them. */
const deeds = [
  'task_created',
  'task_updated',
  'task_moved',
  'task_completed',
  'task_reopened',
  'task_deleted',
  'task_restored',
  'task_commented',
  'task_comment_edited',
  'task_comment_deleted',
  'list_created',
  'list_updated',
  'list_moved',
  'list_archived',
  'list_unarchived',
  'list_deleted',
  'list_restored',
  'workspace_created',
  'workspace_updated',
  'workspace_deleted',
  'workspace_restored',
  'workspace_member_invited',
  'workspace_invitation_revoked',
  'workspace_member_joined',
  'workspace_member_role_changed',
  'workspace_member_left',
  'workspace_filter_saved',
  'workspace_filter_removed',
] as const
export type Deed = (typeof deeds)[number] | 'other'

export function deedOf(event: Activity): Deed {
  const name = event.type.replace('.', '_')
  return deeds.find((deed) => deed === name) ?? 'other'
}

/** What a change did to things of one kind: the first of them by its name, and how many more. */
export type Phrase = { readonly deed: Deed; readonly name: string; readonly more: number }

export function phrasesOf(events: readonly Activity[]): Phrase[] {
  const done = new Map<Deed, Activity[]>()
  for (const event of events) {
    const deed = deedOf(event)
    done.set(deed, [...(done.get(deed) ?? []), event])
  }
  // What a recurring task is followed by was not added by anybody.
  if ([...done.keys()].join() === 'task_completed,task_created') done.delete('task_created')
  return [...done].flatMap(([deed, [first, ...rest]]) => {
    if (first === undefined) return []
    const others = new Set(rest.map((event) => event.stream_id))
    others.delete(first.stream_id)
    return [{ deed, name: nameOf(first), more: others.size }]
  })
}

function nameOf(event: Activity): string {
  const named = event.task_title ?? event.list_name
  if (named !== null && named !== undefined) return named
  for (const { member_name: member, to, from } of event.changes) {
    if (member !== null && member !== undefined) return member
    const value = to ?? from
    if (typeof value === 'string') return value
  }
  return ''
}

/** The fields that people know by a name; what else changes is told by the deed. */
const fields = [
  'title',
  'name',
  'description',
  'comment',
  'filter',
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
  'color',
  'member',
  'invitation',
] as const
export type FieldName = (typeof fields)[number]

export function fieldOf(change: FieldChange): FieldName | null {
  // The field of a member has their id behind a colon.
  const [name] = change.field.split(':')
  return fields.find((field) => field === name) ?? null
}

/** What was done to a task, where it is known which. */
export function taskDeedOf(event: Activity): TaskDeed {
  const name = event.type.replace('task.', '')
  return taskDeeds.find((deed) => deed === name) ?? 'updated'
}

const taskDeeds = [
  'created',
  'updated',
  'moved',
  'completed',
  'reopened',
  'deleted',
  'restored',
  'commented',
  'comment_edited',
  'comment_deleted',
] as const
type TaskDeed = (typeof taskDeeds)[number]

/** The fields of an event that there is something to say about. */
export function shownFields(event: Activity): FieldChange[] {
  return event.changes.filter((change) => fieldOf(change) !== null)
}
