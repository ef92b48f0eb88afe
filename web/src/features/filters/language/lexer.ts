import { Fault } from './fault'
import type { Operator } from './words'

/** A piece of a filter; positions are those of JavaScript strings. */
export type Token = { start: number; end: number } & (
  | { kind: 'open' | 'close' | 'colon' | 'end'; text: string }
  | { kind: 'operator'; text: Operator }
  /** `text` is what stood in quotes, escapes undone. */
  | { kind: 'word' | 'quoted'; text: string }
)

const LONGEST = 2000
const WORD = /[^\s()"=<>!~:]+/uy
/** A run of characters that may be a word, at the end of a text. */
export const BEGUN = /[^\s()"=<>!~:]*$/u

const operators: readonly Operator[] = ['<=', '>=', '!=', '<', '>', '=', '~']

/** All tokens, the last of which is `end`. Throws a `Fault`. */
export function tokensOf(text: string): Token[] {
  const length = Array.from(text).length
  if (length > LONGEST) {
    throw new Fault('too_long', 0, text.length, String(length), { what: 'nothing' })
  }
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const space = /\s*/uy
    space.lastIndex = at
    at += space.exec(text)?.[0].length ?? 0
    if (at >= text.length) break
    const token = tokenAt(text, at)
    tokens.push(token)
    at = token.end
  }
  return [...tokens, { kind: 'end', text: '', start: text.length, end: text.length }]
}

function tokenAt(text: string, start: number): Token {
  const letter = text.charAt(start)
  if (letter === '"') return quoted(text, start)
  const operator = operators.find((sign) => text.startsWith(sign, start))
  if (operator !== undefined) {
    return { kind: 'operator', text: operator, start, end: start + operator.length }
  }
  const single = { text: letter, start, end: start + 1 }
  if (letter === '(') return { kind: 'open', ...single }
  if (letter === ')') return { kind: 'close', ...single }
  if (letter === ':') return { kind: 'colon', ...single }
  if (letter === '!') throw new Fault('lonely_bang', start, start + 1, '!', { what: 'nothing' })
  WORD.lastIndex = start
  const word = WORD.exec(text)?.[0] ?? letter
  return { kind: 'word', text: word, start, end: start + word.length }
}

const escapes: Record<string, string> = { n: '\n', t: '\t', '"': '"', '\\': '\\' }

function quoted(text: string, start: number): Token {
  let said = ''
  for (let at = start + 1; at < text.length; at += 1) {
    const letter = text.charAt(at)
    if (letter === '"') return { kind: 'quoted', text: said, start, end: at + 1 }
    if (letter !== '\\') {
      said += letter
      continue
    }
    at += 1
    const meant = escapes[text.charAt(at)]
    if (meant === undefined) {
      throw new Fault('escape', at - 1, at + 1, text.slice(at - 1, at + 1), { what: 'nothing' })
    }
    said += meant
  }
  throw new Fault('open_quote', start, text.length, said, { what: 'nothing' })
}

/** A text in quotes, as a filter says it. */
export function inQuotes(text: string): string {
  const said = text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t')
  return `"${said}"`
}
