/**
 * A key between two keys of the fractional index that the server keeps (`crates/domain/src/rank.rs`), for the place
 * that is shown until the server's own key is there. Compared as bytes; no key ends in the smallest digit.
 */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** After `low` and before `high`; either may be open. `high` is ignored when it is not after `low`. */
export function between(low?: string, high?: string): string {
  if (low === undefined && high === undefined) return 'a1'
  const limit = low !== undefined && high !== undefined && low >= high ? undefined : high
  return midpoint(low ?? '', limit)
}

function midpoint(low: string, high?: string): string {
  let key = ''
  let [from, to] = [low, high]
  for (;;) {
    if (to !== undefined) {
      let same = 0
      while (same < to.length && (from[same] ?? '0') === to[same]) same += 1
      key += to.slice(0, same)
      from = from.slice(same)
      to = to.slice(same)
    }
    const least = from === '' ? 0 : DIGITS.indexOf(from.charAt(0))
    const most = to ? DIGITS.indexOf(to.charAt(0)) : 62
    if (most > least + 1) return key + DIGITS.charAt(Math.floor((least + most + 1) / 2))
    if (to !== undefined && to.length > 1) return key + to.charAt(0)
    key += DIGITS.charAt(least)
    from = from.slice(1)
    to = undefined
  }
}

/** The order of ranks: as bytes, never by the rules of a language. */
export function byRank(left: { readonly rank: string }, right: { readonly rank: string }): number {
  if (left.rank === right.rank) return 0
  return left.rank < right.rank ? -1 : 1
}
