import { describe, expect, it } from 'vitest'
import { marksOf, pieces, survivors } from './spans'

const text = 'Café ☕ 🎉 tomorrow !high'
const bytes = (part: string) => {
  const start = new TextEncoder().encode(text.slice(0, text.indexOf(part))).length
  return { start, end: start + new TextEncoder().encode(part).length }
}
const spans = [
  { ...bytes('!high'), kind: 'priority' as const, value: 'high' },
  { ...bytes('tomorrow'), kind: 'date' as const, value: '2026-11-23' },
]

describe('marks', () => {
  it('count as strings do, also after letters of several bytes', () => {
    const marks = marksOf(text, spans)
    expect(marks.map(({ start, end }) => text.slice(start, end))).toEqual(['tomorrow', '!high'])
  })

  it('hold as long as the text before them and at their end is the same', () => {
    const marks = marksOf(text, spans)
    const kinds = (now: string) => survivors(marks, text, now).map(({ kind }) => kind)
    expect(kinds(`${text} `)).toEqual(['date', 'priority'])
    expect(kinds(`${text}er`)).toEqual(['date'])
    expect(kinds(`A${text}`)).toEqual([])
  })

  it('cut the text without loss', () => {
    const cut = pieces(text, marksOf(text, spans))
    expect(cut.map((piece) => piece.text).join('')).toBe(text)
    expect(cut.filter((piece) => piece.mark !== null)).toHaveLength(2)
  })
})
