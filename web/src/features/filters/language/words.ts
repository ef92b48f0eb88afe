/** The words of the filter language, as `crates/views/src/filter/fields.rs` has them. */
export const dayFields = ['due', 'start', 'created', 'updated', 'completed', 'deleted'] as const
export type DayField = (typeof dayFields)[number]

export const fields = [
  ...dayFields,
  'priority',
  'tag',
  'list',
  'parent',
  'assignee',
  'text',
  'title',
] as const
export type Field = (typeof fields)[number]

const comparisons = ['=', '!=', '<', '<=', '>', '>='] as const
export type Comparison = (typeof comparisons)[number]
export type Operator = Comparison | '~'

/** From the least urgent on. */
export const priorities = ['none', 'low', 'medium', 'high', 'urgent'] as const

export const flags = [
  'open',
  'done',
  'overdue',
  'blocked',
  'recurring',
  'subtask',
  'trashed',
] as const
export type Flag = (typeof flags)[number]

export const parts = [
  'due',
  'start',
  'description',
  'tags',
  'reminders',
  'assignee',
  'comments',
  'subtasks',
  'blockers',
] as const
export type Part = (typeof parts)[number]

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const
export type Weekday = (typeof weekdays)[number]

export const nearDays = ['today', 'tomorrow', 'yesterday'] as const

/** The word of a list that is meant; words of the language are read without regard to case. */
export function named<W extends string>(words: readonly W[], text: string): W | undefined {
  const lower = text.toLowerCase()
  return words.find((word) => word === lower)
}

export function operatorsOf(field: Field): readonly Operator[] {
  switch (field) {
    case 'tag':
    case 'list':
    case 'title':
      return ['=', '!=', '~']
    case 'parent':
    case 'assignee':
      return ['=', '!=']
    case 'text':
      return ['~']
    case 'priority':
    case 'due':
    case 'start':
    case 'created':
    case 'updated':
    case 'completed':
    case 'deleted':
      return comparisons
  }
}
