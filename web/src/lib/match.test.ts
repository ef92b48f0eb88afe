import { expect, it } from 'vitest'
import { fitting } from './match'

const places = ['Upcoming', 'Go to Today', 'Tomorrow', 'Größe ändern', 'Not today', 'أعمال البيت']
const all = places.map((name) => ({ name }))
const find = (query: string) => fitting(query, all, ({ name }) => name).map(({ name }) => name)

it.each([
  ['', places],
  ['to', ['Tomorrow', 'Not today', 'Go to Today']],
  ['today', ['Not today', 'Go to Today']],
  ['morrow', ['Tomorrow']],
  ['  TODAY go ', ['Go to Today']],
  ['gtt', ['Go to Today']],
  ['grosse andern', []],
  ['große andern', ['Größe ändern']],
  ['اعمال', ['أعمال البيت']],
  ['nowhere', []],
])('finds %j', (query, found) => {
  expect(find(query)).toEqual(found)
})
