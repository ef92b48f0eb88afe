import type { Comparison, DayField, Flag, Part, Weekday } from './words'
import type { Priority } from '@/api/types'

/** A condition on one task. Each term is true or false of a task, never unknown. */
export type Condition =
  { is: 'all' | 'any'; parts: Condition[] } | { is: 'not'; part: Condition } | Term

export type Term =
  | { is: 'day'; field: DayField; compared: Comparison; day: DayWord }
  | { is: 'no_day'; field: DayField; equal: boolean }
  | { is: 'priority'; compared: Comparison; priority: Priority }
  | { is: 'tag' | 'title'; equal: boolean; text: string }
  | { is: 'tag_contains' | 'list_contains' | 'title_contains' | 'text'; text: string }
  | { is: 'list'; equal: boolean; list: ListName }
  | { is: 'parent'; equal: boolean; id: string | null }
  | { is: 'assignee'; equal: boolean; person: { me: true } | { id: string | null } }
  | { is: 'flag'; flag: Flag }
  | { is: 'has'; part: Part }

export type ListName = { inbox: true } | { id: string } | { name: string }

/** A day, fixed or as seen from the day of whoever asks. */
export type DayWord =
  | { near: 'today' | 'tomorrow' | 'yesterday' }
  | { weekday: Weekday }
  | { away: number; unit: 'd' | 'w' | 'm' | 'y' }
  | { date: string }

function mentions(condition: Condition, wanted: (term: Term) => boolean): boolean {
  switch (condition.is) {
    case 'all':
    case 'any':
      return condition.parts.some((part) => mentions(part, wanted))
    case 'not':
      return mentions(condition.part, wanted)
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
      return wanted(condition)
  }
}

const about = (term: Term, field: DayField, states: readonly Flag[]) =>
  ((term.is === 'day' || term.is === 'no_day') && term.field === field) ||
  (term.is === 'flag' && states.includes(term.flag))

/** Whether a filter asks about being done, so that done tasks are not left out. */
export const asksAboutDone = (condition: Condition): boolean =>
  mentions(condition, (term) => about(term, 'completed', ['open', 'done', 'overdue']))

/** Whether it asks about the trash, of which this device keeps nothing. */
export const asksAboutTrash = (condition: Condition): boolean =>
  mentions(condition, (term) => about(term, 'deleted', ['trashed']))

/** Whether it only asks for what is open, which this device has all of. */
export const asksForOpen = (condition: Condition): boolean =>
  condition.is === 'flag'
    ? condition.flag === 'open' || condition.flag === 'overdue'
    : condition.is === 'all' && condition.parts.some(asksForOpen)
