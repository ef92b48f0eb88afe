import { expect, it } from 'vitest'
import { withDefaults } from './defaults'

const page = { list_id: 'home', due: { date: '2026-11-22' }, tags: ['shop'] }

it('fills in what the words do not say', () => {
  expect(withDefaults({ title: 'Milk', tags: ['shop', 'food'] }, page)).toEqual({
    title: 'Milk',
    list_id: 'home',
    due: { date: '2026-11-22' },
    tags: ['shop', 'food'],
  })
})

it('leaves what the words say', () => {
  const said = { title: 'Milk', list_id: 'work', due: { date: '2027-01-01' } }
  expect(withDefaults(said, page)).toMatchObject(said)
})
