import type { Condition, DayWord, ListName, Term } from './condition'
import { Fault, type Expected, type FaultCode } from './fault'
import type { Token } from './lexer'
import {
  dayFields,
  fields,
  flags,
  named,
  nearDays,
  operatorsOf,
  parts,
  priorities,
  weekdays,
  type Field,
  type Operator,
} from './words'

/** What a token turned out to be. */
export type Role = 'field' | 'operator' | 'value' | 'keyword' | 'bracket'

const DEEPEST = 32
const MOST_TERMS = 100
const joiner: Expected = { what: 'joiner', closes: false }
const closer: Expected = { what: 'joiner', closes: true }
const term: Expected = { what: 'term' }
const nothing: Expected = { what: 'nothing' }

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Tokens to a condition, by the grammar and with the limits of `crates/views/src/filter/parser.rs`. */
export class Parser {
  /** What each token turned out to be, as far as was read. */
  readonly roles = new Map<Token, Role>()
  private at = 0
  private depth = 0
  private terms = 0

  constructor(private readonly tokens: readonly Token[]) {}

  /** Undefined is a filter that says nothing. Throws a `Fault`. */
  parse(): Condition | undefined {
    if (this.here().kind === 'end') return undefined
    const condition = this.any()
    if (this.here().kind === 'end') return condition
    throw this.fault(this.here().kind === 'close' ? 'not_opened' : 'no_joiner', joiner)
  }

  private here(): Token {
    const token = this.tokens[this.at] ?? this.tokens.at(-1)
    return token ?? { kind: 'end', text: '', start: 0, end: 0 }
  }

  private fault(code: FaultCode, expected: Expected, of = this.here()): Fault {
    return new Fault(code, of.start, of.end, of.text, expected)
  }

  private pass(role: Role): Token {
    const token = this.here()
    this.roles.set(token, role)
    this.at += 1
    return token
  }

  /** Whether the next token is this word; takes it if so. */
  private take(keyword: 'and' | 'or' | 'not'): boolean {
    const { kind, text } = this.here()
    const found = kind === 'word' && text.toLowerCase() === keyword
    if (found) this.pass('keyword')
    return found
  }

  private any(): Condition {
    const found = [this.all()]
    while (this.take('or')) found.push(this.all())
    return joined('any', found)
  }

  private all(): Condition {
    const found = [this.one()]
    while (this.take('and') || this.oneFollows()) found.push(this.one())
    return joined('all', found)
  }

  /** Whether what comes is a further term that is joined by standing there. */
  private oneFollows(): boolean {
    const { kind, text } = this.here()
    return kind === 'open' || (kind === 'word' && text.toLowerCase() !== 'or')
  }

  private deeper() {
    this.depth += 1
    if (this.depth > DEEPEST) throw this.fault('too_deep', nothing)
  }

  private one(): Condition {
    switch (this.here().kind) {
      case 'open':
        return this.bracket()
      case 'word': {
        if (this.here().text.toLowerCase() !== 'not') return this.term()
        this.deeper()
        this.take('not')
        const part = this.one()
        this.depth -= 1
        return { is: 'not', part }
      }
      case 'quoted':
        throw this.fault('bare_text', term)
      case 'end':
      case 'close':
      case 'colon':
      case 'operator':
        throw this.fault('no_term', term)
    }
  }

  private bracket(): Condition {
    this.deeper()
    const opened = this.pass('bracket')
    const condition = this.any()
    this.depth -= 1
    if (this.here().kind === 'end') {
      const { start, end } = this.here()
      throw new Fault('not_closed', start, end, opened.text, closer)
    }
    if (this.here().kind !== 'close') throw this.fault('no_joiner', closer)
    this.pass('bracket')
    return condition
  }

  private term(): Term {
    this.terms += 1
    if (this.terms > MOST_TERMS) throw this.fault('too_many', nothing)
    const word = this.here().text.toLowerCase()
    if (word === 'is') {
      return { is: 'flag', flag: this.afterColon(flags, 'not_a_state', { what: 'flag' }) }
    }
    if (word === 'has') {
      return { is: 'has', part: this.afterColon(parts, 'not_a_part', { what: 'part' }) }
    }
    const field = named(fields, word)
    if (field === undefined) throw this.fault('not_a_field', term)
    this.pass('field')
    return this.comparison(field)
  }

  private afterColon<W extends string>(
    words: readonly W[],
    code: FaultCode,
    expected: Expected,
  ): W {
    this.pass('field')
    if (this.here().kind !== 'colon') throw this.fault('no_colon', { what: 'colon' })
    this.pass('operator')
    const { kind, text } = this.here()
    const found = kind === 'word' ? named(words, text) : undefined
    if (found === undefined) throw this.fault(code, expected)
    this.pass('value')
    return found
  }

  private comparison(field: Field): Term {
    const allowed = operatorsOf(field)
    const here = this.here()
    // `tag:work` reads as `tag = work`, and `text:tax` as `text ~ tax`.
    const operator =
      here.kind === 'colon' ? allowed[0] : here.kind === 'operator' ? here.text : undefined
    if (operator === undefined) throw this.fault('no_operator', { what: 'operator', field })
    if (!allowed.includes(operator)) {
      throw this.fault('wrong_operator', { what: 'operator', field })
    }
    this.pass('operator')
    const value = this.here()
    if (value.kind !== 'word' && value.kind !== 'quoted') {
      throw this.fault('no_value', { what: 'value', field })
    }
    const made = termOf(field, operator, value.text, value.kind === 'quoted')
    if (typeof made === 'string') throw this.fault(made, { what: 'value', field })
    this.pass('value')
    return made
  }
}

function joined(is: 'all' | 'any', found: Condition[]): Condition {
  const [first, ...others] = found
  return first !== undefined && others.length === 0 ? first : { is, parts: found }
}

/** A term, or what is wrong with its value. */
function termOf(
  field: Field,
  operator: Operator,
  value: string,
  quoted: boolean,
): Term | FaultCode {
  const equal = operator === '='
  const compared = operator === '~' ? '=' : operator
  const day = named(dayFields, field)
  if (day !== undefined) {
    if (value.toLowerCase() === 'none') {
      if (operator !== '=' && operator !== '!=') return 'none_compared'
      return { is: 'no_day', field: day, equal }
    }
    const meant = dayOf(value.toLowerCase())
    return meant === undefined ? 'not_a_day' : { is: 'day', field: day, compared, day: meant }
  }
  if (field === 'priority') {
    const priority = named(priorities, value)
    return priority === undefined ? 'not_a_priority' : { is: 'priority', compared, priority }
  }
  if (field === 'parent' || field === 'assignee') {
    if (field === 'assignee' && value.toLowerCase() === 'me') {
      return { is: 'assignee', equal, person: { me: true } }
    }
    const id = value.toLowerCase() === 'none' ? null : value.toLowerCase()
    if (id !== null && !ID.test(id)) return 'not_an_id'
    return field === 'parent'
      ? { is: 'parent', equal, id }
      : { is: 'assignee', equal, person: { id } }
  }
  if (value.trim() === '') return 'empty_text'
  if (field === 'text') return { is: 'text', text: value }
  if (operator === '~') {
    if (field === 'tag') return { is: 'tag_contains', text: value }
    return { is: field === 'list' ? 'list_contains' : 'title_contains', text: value }
  }
  if (field === 'list') return { is: 'list', equal, list: listOf(value, quoted) }
  return { is: field === 'tag' ? 'tag' : 'title', equal, text: value }
}

function listOf(value: string, quoted: boolean): ListName {
  if (quoted) return { name: value }
  if (ID.test(value)) return { id: value.toLowerCase() }
  return value.toLowerCase() === 'inbox' ? { inbox: true } : { name: value }
}

function dayOf(word: string): DayWord | undefined {
  const near = named(nearDays, word)
  if (near !== undefined) return { near }
  const weekday = weekdays.find((name) => name === word || name.slice(0, 3) === word)
  if (weekday !== undefined) return { weekday }
  const away = /^([+-]\d{1,4})([dwmy])$/.exec(word)
  const unit = named(['d', 'w', 'm', 'y'], away?.[2] ?? '')
  if (away !== null && unit !== undefined) return { away: Number(away[1]), unit }
  return isDate(word) ? { date: word } : undefined
}

function isDate(word: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(word) ? Date.parse(word) : NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(word)
}
