/** A part of a text; `mentions` is the name that it means. */
type Piece = { text: string; mentions?: string }

/** The text cut at each `@Name` of somebody who is there, the longest name first, without loss. */
export function splitMentions(text: string, names: readonly string[]): Piece[] {
  const known = names.filter((name) => name !== '').toSorted((a, b) => b.length - a.length)
  const pieces: Piece[] = []
  let from = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const name = mentionAt(text, at, known)
    if (name === undefined) continue
    if (at > from) pieces.push({ text: text.slice(from, at) })
    from = at + 1 + name.length
    pieces.push({ text: text.slice(at, from), mentions: name })
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

/** Not within a word, as in an address. */
function mentionAt(text: string, at: number, names: readonly string[]): string | undefined {
  if (/[\p{L}\p{N}_]$/u.test(text.slice(0, at))) return undefined
  const after = text.slice(at + 1)
  return names.find(
    (name) =>
      after.slice(0, name.length).toLocaleLowerCase() === name.toLocaleLowerCase() &&
      !/^[\p{L}\p{N}_]/u.test(after.slice(name.length)),
  )
}

/** What of a name is written after the last `@` before the caret; null where nobody is being mentioned. */
export function mentionBegun(text: string, caret: number): { at: number; said: string } | null {
  const found = /(?:^|[\s(])@([^\s@]*(?: [^\s@]*)?)$/u.exec(text.slice(0, caret))
  if (found === null) return null
  const said = found[1] ?? ''
  return { at: caret - said.length - 1, said }
}
