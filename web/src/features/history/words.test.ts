import { expect, it } from 'vitest'
import { difference, excerpt } from './words'

const said = (from: string, to: string) =>
  difference(from, to)
    .map(({ is, text }) => (is === 'same' ? text : is === 'added' ? `[+${text}]` : `[-${text}]`))
    .join('')

it('marks the words that came and went', () => {
  expect(said('Call Anna', 'Call Anna soon')).toBe('Call Anna[+ soon]')
  expect(said('Begin with the end', 'Begin with an open end')).toBe(
    'Begin with [-the ][+an open ]end',
  )
  expect(said('same', 'same')).toBe('same')
})

it('takes neighbouring changes as one', () => {
  expect(said('Proofread the first issue', 'Test on old programs')).toBe(
    '[-Proofread the first issue][+Test on old programs]',
  )
})

it('can be put together again', () => {
  const [from, to] = ['a b c, d e', 'a c b d\n\nf']
  const runs = difference(from, to)
  const text = (not: string) => runs.flatMap((run) => (run.is === not ? [] : run.text)).join('')
  expect([text('added'), text('removed')]).toEqual([from, to])
})

it('compares no more than can be waited for', () => {
  const long = Array.from({ length: 5_000 }, (_, at) => `w${at}`).join(' ')
  expect(difference(long, `x ${long}`)).toHaveLength(2)
})

it('cuts what did not change to what is around the changes', () => {
  const words = Array.from({ length: 60 }, (_, at) => `w${at}`).join(' ')
  const runs = excerpt(difference(`${words} end`, `${words} start`))
  expect(runs[0]?.text.startsWith('… ')).toBe(true)
  expect(runs[0]?.text.length).toBeLessThan(40)
})
