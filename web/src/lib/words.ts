/** Text without case and accents, as the server folds it before it compares. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

function wordsOf(text: string): string[] {
  return fold(text).match(/[\p{Alphabetic}\p{N}]+/gu) ?? []
}

/**
 * Whether a text has these words one after the other, the last of which may be cut short. Text without a letter or
 * digit is looked for as it is.
 */
export function hasWords(text: string, wanted: string): boolean {
  const words = wordsOf(wanted)
  const last = words.pop()
  if (last === undefined) return text.includes(wanted)
  const there = wordsOf(text)
  return there.some(
    (_, at) =>
      words.every((word, further) => there[at + further] === word) &&
      there[at + words.length]?.startsWith(last) === true,
  )
}
