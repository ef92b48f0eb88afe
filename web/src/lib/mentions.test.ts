import { expect, it } from 'vitest'
import { mentionBegun, splitMentions } from './mentions'

const names = ['Ada', 'Ada Byron', 'Bert']
const mentioned = (text: string) =>
  splitMentions(text, names).flatMap(({ mentions }) => mentions ?? [])

it('finds who is mentioned, the longest name first', () => {
  expect(mentioned('@Ada Byron and @bert, not @Adam or mail@Bert')).toEqual(['Ada Byron', 'Bert'])
  expect(mentioned('(@Ada)')).toEqual(['Ada'])
  expect(mentioned('@ nobody')).toEqual([])
})

it('loses nothing of the text', () => {
  const text = 'Hi @Ada, and @Bert!'
  expect(
    splitMentions(text, names)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text)
})

it('knows the name that is being written', () => {
  expect(mentionBegun('Hi @ad', 6)).toEqual({ at: 3, said: 'ad' })
  expect(mentionBegun('@Ada By', 7)).toEqual({ at: 0, said: 'Ada By' })
  expect(mentionBegun('Hi @ada there you', 17)).toBeNull()
  expect(mentionBegun('ada@example', 11)).toBeNull()
})
