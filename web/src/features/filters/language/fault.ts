import type { Field } from './words'

/** What could have stood somewhere in a filter. */
export type Expected =
  | { what: 'term' }
  | { what: 'joiner'; closes: boolean }
  | { what: 'operator'; field: Field }
  | { what: 'value'; field: Field }
  | { what: 'colon' }
  | { what: 'flag' }
  | { what: 'part' }
  | { what: 'nothing' }

export type FaultCode =
  | 'too_long'
  | 'too_deep'
  | 'too_many'
  | 'open_quote'
  | 'escape'
  | 'lonely_bang'
  | 'no_term'
  | 'no_joiner'
  | 'not_opened'
  | 'not_closed'
  | 'not_a_field'
  | 'bare_text'
  | 'no_colon'
  | 'not_a_state'
  | 'not_a_part'
  | 'no_operator'
  | 'wrong_operator'
  | 'no_value'
  | 'empty_text'
  | 'not_a_day'
  | 'not_a_priority'
  | 'not_an_id'
  | 'none_compared'

/** What is wrong with a filter, and from where to where. */
export class Fault extends Error {
  override readonly name = 'Fault'

  constructor(
    readonly code: FaultCode,
    readonly start: number,
    readonly end: number,
    /** What stands there. */
    readonly found: string,
    readonly expected: Expected,
  ) {
    super(`${code} at ${start}`)
  }
}
