import { expect, it } from 'vitest'
import { othersOf } from './others'

const names = new Map([
  ['a', 'Ada'],
  ['g', 'Grace'],
  ['m', 'Me'],
])
const present = [
  { user: 'm', places: [{ task: 't' }] },
  { user: 'g', places: [{ task: 'u' }, { task: 't', field: 'title' }] },
  { user: 'a', places: [] },
  { user: 'new', places: [{ task: 't' }] },
]

it('names the others in a workspace', () => {
  expect(othersOf(present, 'm', names).map(({ name }) => name)).toEqual(['Ada', 'Grace'])
})

it('names the others on a task, with what they are about to change', () => {
  expect(othersOf(present, 'm', names, 't')).toEqual([{ user: 'g', name: 'Grace', field: 'title' }])
  expect(othersOf(present, 'm', names, 'u')).toEqual([{ user: 'g', name: 'Grace' }])
  expect(othersOf(present, 'm', names, 'none')).toEqual([])
})
