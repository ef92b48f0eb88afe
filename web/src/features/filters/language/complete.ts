import { fold } from '@/lib/words'
import { Fault, type Expected } from './fault'
import { BEGUN, inQuotes, tokensOf } from './lexer'
import { Parser } from './parser'
import {
  fields,
  flags,
  nearDays,
  operatorsOf,
  parts,
  priorities,
  weekdays,
  type Field,
} from './words'

/** What a suggestion is about, for its explanation. */
type SuggestionKind =
  | 'field'
  | 'operator'
  | 'keyword'
  | 'day'
  | 'priority'
  | 'flag'
  | 'part'
  | 'tag'
  | 'list'
  | 'person'

export type Suggestion = {
  kind: SuggestionKind
  /** What is written. */
  text: string
  /** What is shown, where that is more than what is written. */
  label: string
}

export type Completion = {
  /** What would be replaced: from here to the cursor. */
  from: number
  suggestions: Suggestion[]
}

/** What can be named in the workspace. */
export type Known = {
  tags: readonly string[]
  lists: readonly string[]
  people: readonly { id: string; name: string }[]
}

/** What could stand at the cursor, given what is left of it. Nothing after a mistake. */
export function complete(text: string, cursor: number, known: Known): Completion {
  const before = text.slice(0, cursor)
  const quote = openQuote(before)
  const from = quote ?? cursor - (BEGUN.exec(before)?.[0].length ?? 0)
  const begun = before.slice(from)
  const wanted = fold(begun.replace(/^"/, ''))
  const all = expectedAfter(before.slice(0, from)).flatMap((each) => suggestionsFor(each, known))
  const fits = ({ text: one, label, kind }: Suggestion) =>
    one !== begun &&
    (quote === undefined || kind === 'tag' || kind === 'list') &&
    (fold(one).startsWith(wanted) ||
      fold(label).startsWith(wanted) ||
      (wanted.length > 1 && fold(label).includes(wanted)))
  return { from, suggestions: all.filter(fits) }
}

/** Where a quote begins that is not closed before the cursor. */
function openQuote(before: string): number | undefined {
  try {
    tokensOf(before)
  } catch (error) {
    if (error instanceof Fault && error.code === 'open_quote') return error.start
  }
  return undefined
}

function expectedAfter(text: string): Expected[] {
  try {
    const condition = new Parser(tokensOf(text)).parse()
    if (condition === undefined) return [{ what: 'term' }]
    return [{ what: 'joiner', closes: false }, { what: 'term' }]
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    // A mistake at the very end is a term that is not complete.
    if (error.start < text.length) return []
    const { expected } = error
    return expected.what === 'joiner' && expected.closes ? [expected, { what: 'term' }] : [expected]
  }
}

const plain = (kind: SuggestionKind, words: readonly string[]): Suggestion[] =>
  words.map((text) => ({ kind, text, label: text }))

function suggestionsFor(expected: Expected, known: Known): Suggestion[] {
  switch (expected.what) {
    case 'term':
      return [...plain('field', [...fields, 'is:', 'has:']), ...plain('keyword', ['not', '('])]
    case 'joiner':
      return plain('keyword', [...(expected.closes ? [')'] : []), 'and', 'or'])
    case 'operator':
      return plain('operator', operatorsOf(expected.field))
    case 'colon':
      return plain('operator', [':'])
    case 'flag':
      return plain('flag', flags)
    case 'part':
      return plain('part', parts)
    case 'value':
      return valuesFor(expected.field, known)
    case 'nothing':
      return []
  }
}

const days = [...nearDays, 'none', '+7d', '-7d', '+2w', '+1m', ...weekdays]

function valuesFor(field: Field, { tags, lists, people }: Known): Suggestion[] {
  switch (field) {
    case 'due':
    case 'start':
    case 'created':
    case 'updated':
    case 'completed':
    case 'deleted':
      return plain('day', days)
    case 'priority':
      return plain('priority', priorities)
    case 'tag':
      return tags.map((tag) => ({ kind: 'tag', text: asWord(tag), label: tag }))
    case 'list': {
      const named: Suggestion[] = lists.map((list) => {
        return { kind: 'list', text: inQuotes(list), label: list }
      })
      return [...plain('list', ['inbox']), ...named]
    }
    case 'assignee': {
      const named: Suggestion[] = people.map(({ id, name }) => {
        return { kind: 'person', text: id, label: name }
      })
      return [...plain('person', ['me', 'none']), ...named]
    }
    case 'parent':
      return plain('person', ['none'])
    // Any words will do.
    case 'title':
    case 'text':
      return []
  }
}

const asWord = (text: string): string =>
  /^[\p{Alphabetic}\p{N}_/.-]+$/u.test(text) && !/^(and|or|not)$/i.test(text)
    ? text
    : inQuotes(text)
