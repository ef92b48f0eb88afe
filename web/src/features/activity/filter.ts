import { userOf, type Change } from '../history/changes'
import { deedOf } from '../history/deeds'

/** What is looked for among the changes. */
export const whats = ['all', 'tasks', 'done', 'lists', 'comments', 'people'] as const
type What = (typeof whats)[number]
export type Wanted = { readonly who: string; readonly what: What }

/** Stands for everybody. */
export const ANYBODY = 'anybody'

export function isWanted(change: Change, { who, what }: Wanted): boolean {
  if (who !== ANYBODY && userOf(change) !== who) return false
  if (what === 'all') return true
  return change.events.some((event) => whatOf(deedOf(event)).includes(what))
}

function whatOf(deed: ReturnType<typeof deedOf>): What[] {
  if (deed.startsWith('task_comment')) return ['comments']
  if (deed === 'task_completed') return ['tasks', 'done']
  if (deed.startsWith('task_')) return ['tasks']
  if (deed.startsWith('list_')) return ['lists']
  return ['people']
}
