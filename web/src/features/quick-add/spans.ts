import type { Preview, SpanKind } from '@/api/types'

/** A part of the text that means something: positions of JavaScript strings. */
export type Mark = { start: number; end: number; kind: SpanKind; value: string }

/** The server counts bytes of UTF-8; strings here count units of UTF-16. */
export function marksOf(text: string, spans: Preview['spans']): Mark[] {
  const unitAt = new Map<number, number>()
  let [byte, unit] = [0, 0]
  for (const letter of text) {
    unitAt.set(byte, unit)
    byte += new TextEncoder().encode(letter).length
    unit += letter.length
  }
  unitAt.set(byte, unit)
  return spans
    .map(({ start, end, kind, value }) => ({
      start: unitAt.get(start) ?? unit,
      end: unitAt.get(end) ?? unit,
      kind,
      value,
    }))
    .sort((a, b) => a.start - b.start)
}

/** The marks that still hold while a newer text is being looked at: those before the first difference. */
export function survivors(marks: readonly Mark[], seen: string, now: string): Mark[] {
  let same = 0
  while (same < seen.length && same < now.length && seen[same] === now[same]) same += 1
  // A word that is being typed on may become another.
  const whole = (end: number) => end < same || (end === same && /^$|^\s/.test(now.slice(end)))
  return marks.filter((mark) => whole(mark.end))
}

export type Piece = { text: string; mark: Mark | null }

/** The text cut at its marks, in order and without loss. */
export function pieces(text: string, marks: readonly Mark[]): Piece[] {
  const cut: Piece[] = []
  let at = 0
  for (const mark of marks) {
    if (mark.start < at) continue
    if (mark.start > at) cut.push({ text: text.slice(at, mark.start), mark: null })
    cut.push({ text: text.slice(mark.start, mark.end), mark })
    at = mark.end
  }
  if (at < text.length) cut.push({ text: text.slice(at), mark: null })
  return cut
}
