/** A text as it is compared: without case and without the marks on letters. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Where a word begins: at the first letter, or behind what is none. */
const beginsWord = (text: string, at: number) =>
  at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))

function scoreOf(word: string, text: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (beginsWord(text, at)) return at === 0 ? 4 : 3
  return text.includes(word) ? 1 : 0
}

/** Whether the letters are those with which words begin, in this order: `gt` is “go to today”. */
function areInitials(letters: string, text: string): boolean {
  let found = 0
  for (let at = 0; at < text.length && found < letters.length; at += 1)
    if (text[at] === letters[found] && beginsWord(text, at)) found += 1
  return found === letters.length
}

/**
 * How well a query fits a text, both folded: more is better, 0 is not at all. Each word has to be there; at the begin
 * of a word it counts more, and a short text more than a long one.
 */
function fit(query: string, text: string): number {
  const words = query.split(/\s+/u).filter((word) => word !== '')
  if (words.length === 0) return 1
  const scores = words.map((word) => scoreOf(word, text))
  if (scores.every((score) => score > 0))
    return scores.reduce((sum, score) => sum + score, 0) / words.length + 1 / (1 + text.length)
  return words.length === 1 && query.length > 1 && areInitials(query, text) ? 0.5 : 0
}

const known = new WeakMap<object, string>()

/** What fits, best first; among equals in the order that they have. A thing keeps its text as long as it lives. */
export function fitting<T extends object>(
  query: string,
  all: readonly T[],
  textOf: (one: T) => string,
): T[] {
  const wanted = folded(query.trim())
  if (wanted === '') return [...all]
  const scored = all.flatMap((one) => {
    const text = known.get(one) ?? folded(textOf(one))
    known.set(one, text)
    const score = fit(wanted, text)
    return score > 0 ? [{ one, score }] : []
  })
  return scored.sort((a, b) => b.score - a.score).map(({ one }) => one)
}
