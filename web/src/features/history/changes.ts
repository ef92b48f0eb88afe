import type { Activity } from '@/api/types'

/** What one command, or one batch of them, did: it is undone and redone as one. */
export type Change = {
  readonly id: string
  /** The place of its last event: a moment to go back to. */
  readonly position: string
  readonly at: string
  readonly actor: string
  readonly actorName: string | null
  /** Oldest first. */
  readonly events: readonly Activity[]
  /** The change that it took back. */
  readonly undoes: string | null
  /** The change that took it back, and still stands. */
  readonly undoneBy: string | null
}

/** The changes that events belong to, newest first as they are. */
export function changesOf(newestFirst: readonly Activity[]): Change[] {
  const byChange = new Map<string, Activity[]>()
  for (const event of newestFirst) {
    const events = byChange.get(event.change_id)
    if (events === undefined) byChange.set(event.change_id, [event])
    else events.push(event)
  }
  // Whatever takes a change back comes after it, so it is known when the change is met.
  const takenBack = new Map<string, string>()
  return [...byChange].flatMap(([id, events]) => {
    const [last] = events
    if (last === undefined) return []
    const undoes = last.undoes ?? null
    const undoneBy = takenBack.get(id) ?? null
    if (undoes !== null && undoneBy === null) takenBack.set(undoes, id)
    const { position, recorded_at: at, actor, actor_name: actorName = null } = last
    return [{ id, position, at, actor, actorName, events: events.toReversed(), undoes, undoneBy }]
  })
}

/** Whether it can be taken back at all; the server knows whether the caller may. */
export function isUndoable(change: Change): boolean {
  return change.events.every(
    ({ type }) => !type.startsWith('user.') && !lasting.some((each) => each === type),
  )
}

const lasting = ['workspace.created', 'workspace.member_joined']

/** The id of whoever made it; null for Taskfold itself. */
export function userOf(change: Change): string | null {
  const [kind, id] = change.actor.split(':')
  return kind === 'system' ? null : (id ?? null)
}
