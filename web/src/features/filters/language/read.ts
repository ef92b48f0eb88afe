import type { Condition } from './condition'
import { Fault } from './fault'
import { tokensOf, type Token } from './lexer'
import { Parser, type Role } from './parser'

/** A stretch of a filter's text and what it is; white space is null. */
export type Stretch = { text: string; role: Role | null; wrong: boolean }

export type Reading = {
  /** Undefined where the filter says nothing, or where it is wrong. */
  condition: Condition | undefined
  fault: Fault | undefined
  /** The whole text, cut without loss. */
  stretches: Stretch[]
}

/** Reads a filter as the server would; what is wrong with it is told in its place. */
export function readFilter(text: string): Reading {
  let tokens: readonly Token[] = []
  let parser: Parser | undefined
  try {
    tokens = tokensOf(text)
    parser = new Parser(tokens)
    const condition = parser.parse()
    return { condition, fault: undefined, stretches: cut(text, tokens, parser.roles, undefined) }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    // What stands before a mistake in the letters themselves is still coloured.
    if (parser === undefined) {
      const before = readFilter(text.slice(0, error.start)).stretches
      const after = { text: text.slice(error.end), role: null, wrong: false }
      const there = { text: text.slice(error.start, error.end), role: null, wrong: true }
      const known = before.map((each) => ({ ...each, wrong: false }))
      const stretches = [...known, there, after].filter((each) => each.text !== '')
      return { condition: undefined, fault: error, stretches }
    }
    return {
      condition: undefined,
      fault: error,
      stretches: cut(text, tokens, parser.roles, error),
    }
  }
}

function cut(
  text: string,
  tokens: readonly Token[],
  roles: ReadonlyMap<Token, Role>,
  fault: Fault | undefined,
): Stretch[] {
  const stretches: Stretch[] = []
  let at = 0
  for (const token of tokens) {
    if (token.start > at) {
      stretches.push({ text: text.slice(at, token.start), role: null, wrong: false })
    }
    if (token.end > token.start) {
      const said = text.slice(token.start, token.end)
      const wrong = fault?.start === token.start
      stretches.push({ text: said, role: roles.get(token) ?? null, wrong })
    }
    at = token.end
  }
  return stretches
}
