import type { Token } from '@/api/types'

export const TOKENS = ['tokens']

const DAY = 86_400_000

const MINUTE = 60_000

/** Whether a token is good for nothing any more, or is about to: revoked ones end in the minute that it is. */
export const hasEnded = ({ expires_at: end }: Pick<Token, 'expires_at'>, now: number): boolean =>
  Boolean(end) && Date.parse(end ?? '') < now + MINUTE

/** How long a token may be good: days, or `never` for one that does not end by itself. */
export const terms = ['30', '90', '365', 'never'] as const
export type Term = (typeof terms)[number]

export function endOf(term: Term, now: number): string | null {
  return term === 'never' ? null : new Date(now + Number(term) * DAY).toISOString()
}
