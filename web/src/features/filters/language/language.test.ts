import { describe, expect, it } from 'vitest'
import type { Task } from '@/api/types'
import { complete } from './complete'
import { asksAboutDone, asksAboutTrash, asksForOpen } from './condition'
import { dateOf, holds } from './evaluate'
import { readFilter } from './read'
import { bySort, readSort } from './sort'

const NOW = Date.parse('2026-11-21T13:30:00Z')
const asker = {
  now: NOW,
  zone: 'Europe/Berlin',
  me: '01900000-0000-7000-8000-000000000900',
  listNames: new Map([
    ['home', 'Home'],
    ['garden', 'Garden & Co'],
  ]),
}

function task(fields: Partial<Task> = {}): Task {
  return {
    task_id: 'a',
    workspace_id: 'w',
    title: 'Pay the invoice',
    description: '',
    priority: 'none',
    tags: [],
    reminders: [],
    rank: 'a',
    blocked_by: [],
    blocked: false,
    created_at: '2026-11-20T23:30:00Z',
    updated_at: '2026-11-21T08:00:00Z',
    version: 1,
    subtasks: { open: 0, done: 0 },
    comments: 0,
    ...fields,
  }
}

function fits(filter: string, fields: Partial<Task> = {}): boolean {
  const { condition, fault } = readFilter(filter)
  expect(fault, filter).toBeUndefined()
  return condition === undefined || holds(condition, task(fields), asker)
}

describe('what a filter means', () => {
  it('joins by and, or, not and by standing beside each other', () => {
    expect(fits('')).toBe(true)
    expect(fits('is:open priority >= high', { priority: 'urgent' })).toBe(true)
    expect(fits('is:open and priority >= high', { priority: 'medium' })).toBe(false)
    expect(fits('is:done or is:open and has:due')).toBe(false)
    expect(fits('(is:done or is:open) not has:due')).toBe(true)
    expect(fits('NOT not is:open')).toBe(true)
  })

  it('compares days as whoever asks has them', () => {
    expect(fits('due = today', { due: { date: '2026-11-21' } })).toBe(true)
    expect(fits('due < +7d', { due: { date: '2026-11-28' } })).toBe(false)
    expect(fits('due <= +1w', { due: { date: '2026-11-28' } })).toBe(true)
    expect(fits('due < today')).toBe(false)
    expect(fits('not due < today')).toBe(true)
    expect(fits('due = none')).toBe(true)
    expect(fits('start != none', { start: '2026-12-01' })).toBe(true)
    // Half past eleven in the evening of UTC is the next day in Berlin.
    expect(fits('created = 2026-11-21')).toBe(true)
    expect(fits('completed = none')).toBe(true)
  })

  it('knows what is overdue by the clock', () => {
    expect(fits('is:overdue', { due: { date: '2026-11-21', time: '14:00:00' } })).toBe(true)
    expect(fits('is:overdue', { due: { date: '2026-11-21', time: '15:00:00' } })).toBe(false)
    expect(fits('is:overdue', { due: { date: '2026-11-21' } })).toBe(false)
  })

  it('finds tags and words without regard to case and accents', () => {
    expect(fits('tag = apfel', { tags: ['Äpfel'] })).toBe(true)
    expect(fits('tag != work', { tags: ['home'] })).toBe(true)
    expect(fits('tag ~ "o bu"', { tags: ['to buy'] })).toBe(true)
    expect(fits('text ~ "the inv"')).toBe(true)
    expect(fits('text ~ voice')).toBe(false)
    expect(fits('text:CAFE', { description: 'See the café' })).toBe(true)
    expect(fits('title = "pay the invoice"')).toBe(false)
    expect(fits('text ~ "%"', { title: '100 % sure' })).toBe(true)
  })

  it('names lists, people and parents', () => {
    expect(fits('list = inbox')).toBe(true)
    expect(fits('list = "GARDEN & co"', { list_id: 'garden' })).toBe(true)
    expect(fits('list ~ ho', { list_id: 'home' })).toBe(true)
    expect(fits('list != Home', { list_id: 'home' })).toBe(false)
    expect(fits('assignee = me', { assignee_id: asker.me })).toBe(true)
    expect(fits('assignee = none')).toBe(true)
    expect(fits(`not assignee = ${asker.me}`)).toBe(true)
    expect(fits('parent = none')).toBe(true)
  })

  it('takes days of other months as the calendar has them', () => {
    expect(dateOf({ weekday: 'saturday' }, '2026-11-21')).toBe('2026-11-28')
    expect(dateOf({ weekday: 'sunday' }, '2026-11-21')).toBe('2026-11-22')
    expect(dateOf({ away: 3, unit: 'm' }, '2026-11-30')).toBe('2027-02-28')
    expect(dateOf({ away: -1, unit: 'y' }, '2024-02-29')).toBe('2023-02-28')
    expect(dateOf({ away: 9999, unit: 'y' }, '2026-11-21')).toBe('9999-12-31')
  })

  it('says whether done tasks and the trash are asked about', () => {
    const asked = (filter: string) => {
      const { condition } = readFilter(filter)
      if (condition === undefined) throw new Error(filter)
      return [asksAboutDone(condition), asksAboutTrash(condition), asksForOpen(condition)]
    }
    expect(asked('due < today')).toEqual([false, false, false])
    expect(asked('not (is:trashed or due = today)')).toEqual([false, true, false])
    expect(asked('is:overdue tag = x')).toEqual([true, false, true])
    expect(asked('completed > -7d')).toEqual([true, false, false])
  })
})

describe('what is wrong', () => {
  // Positions from 0, as the server's columns are from 1.
  it.each([
    ['due', 3, 'no_operator'],
    ['due <', 5, 'no_value'],
    ['due < soon', 6, 'not_a_day'],
    ['due < none', 6, 'none_compared'],
    ['due ~ today', 4, 'wrong_operator'],
    ['colour = red', 0, 'not_a_field'],
    ['is open', 3, 'no_colon'],
    ['is:opne', 3, 'not_a_state'],
    ['has:', 4, 'not_a_part'],
    ['(is:open', 8, 'not_closed'],
    ['is:open)', 7, 'not_opened'],
    ['is:open and', 11, 'no_term'],
    ['text ~ "abc', 7, 'open_quote'],
    ['text ~ "a\\b"', 9, 'escape'],
    ['text ~ ""', 7, 'empty_text'],
    ['"abc"', 0, 'bare_text'],
    ['due ! today', 4, 'lonely_bang'],
    ['priority = huge', 11, 'not_a_priority'],
    ['parent = me', 9, 'not_an_id'],
    ['due = 2026-02-30', 6, 'not_a_day'],
    ['is:open "x"', 8, 'no_joiner'],
    [`${'('.repeat(33)}is:open`, 32, 'too_deep'],
    ['is:open '.repeat(101), 800, 'too_many'],
  ])('in %s', (text, start, code) => {
    expect(readFilter(text).fault).toMatchObject({ start, code })
  })

  it('is shown in its place, and the text is cut without loss', () => {
    for (const text of ['due < soon and is:open', ' (tag = x', 'tag = "ab', '']) {
      const { stretches } = readFilter(text)
      expect(stretches.map((each) => each.text).join('')).toBe(text)
    }
    const wrong = readFilter('due < soon').stretches.filter((each) => each.wrong)
    expect(wrong.map((each) => each.text)).toEqual(['soon'])
    const roles = readFilter('not due < today').stretches.flatMap(({ role }) => role ?? [])
    expect(roles).toEqual(['keyword', 'field', 'operator', 'value'])
  })
})

describe('completion', () => {
  const known = {
    tags: ['work', 'to buy'],
    lists: ['Home', 'Garden & Co'],
    people: [{ id: asker.me, name: 'Grace Hopper' }],
  }
  const atEnd = (text: string) =>
    complete(text, text.length, known).suggestions.map((each) => each.text)

  it('says what could follow', () => {
    expect(atEnd('pri')).toEqual(['priority'])
    expect(atEnd('due < to')).toEqual(['today', 'tomorrow'])
    expect(atEnd('is:o')).toEqual(['open', 'overdue'])
    expect(atEnd('tag ')).toEqual(['=', '!=', '~'])
    expect(atEnd('colour = red and d')).toEqual([])
    expect(atEnd('is:open ')).toContain('and')
    expect(atEnd('(is:open ')).toContain(')')
  })

  it('knows tags, lists and people', () => {
    expect(atEnd('tag = ')).toEqual(['work', '"to buy"'])
    expect(atEnd('tag = "to')).toEqual(['"to buy"'])
    expect(atEnd('list = gar')).toEqual(['"Garden & Co"'])
    expect(atEnd('assignee = hop')).toEqual([asker.me])
  })

  it('replaces the word before the cursor alone', () => {
    const { from, suggestions } = complete('due < to and is:open', 8, known)
    expect([from, suggestions[0]?.text]).toEqual([6, 'today'])
  })
})

it('sorts by several keys, what is missing last', () => {
  const tasks = [
    task({ task_id: 'none' }),
    task({ task_id: 'low', priority: 'low', due: { date: '2026-12-01' } }),
    task({ task_id: 'high', priority: 'high', due: { date: '2026-12-01' } }),
    task({ task_id: 'first', due: { date: '2026-11-01', time: '10:00:00' } }),
  ]
  const order = (sort: string) =>
    [...tasks].sort(bySort(readSort(sort), 'UTC')).map((each) => each.task_id)
  expect(order('due,-priority')).toEqual(['first', 'high', 'low', 'none'])
  expect(order('-due, priority')).toEqual(['low', 'high', 'first', 'none'])
  expect(readSort('due,-nonsense')).toEqual([{ column: 'due', descending: false }])
})
