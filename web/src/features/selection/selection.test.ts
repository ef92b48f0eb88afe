import { expect, it } from 'vitest'
import { Selection } from './selection'

const order = ['a', 'b', 'c', 'd', 'e', 'f']
const chosen = (selection: Selection) => [...selection.chosen].sort().join('')

it('goes on from the last one that was chosen, and back', () => {
  const selection = new Selection()
  selection.toggle('a')
  selection.toggle('c')
  selection.extend(order, 'e', 'b')
  expect(chosen(selection)).toBe('acde')
  selection.extend(order, 'd', 'b')
  expect(chosen(selection)).toBe('acd')
  selection.extend(order, 'b', 'b')
  expect(chosen(selection)).toBe('abc')
})

it('begins a range where the focus was, when nothing was chosen', () => {
  const selection = new Selection()
  selection.extend(order, 'c', 'b')
  selection.extend(order, 'd', 'c')
  expect(chosen(selection)).toBe('bcd')
  selection.clear()
  selection.extend(order, 'f', 'e')
  expect(chosen(selection)).toBe('ef')
})

it('drops what is not shown any more, and tells of it', () => {
  const selection = new Selection()
  selection.all(order)
  let told = 0
  selection.subscribe(() => (told += 1))
  selection.keep(['b', 'c', 'x'])
  selection.keep(['b', 'c'])
  expect(chosen(selection)).toBe('bc')
  expect(told).toBe(1)
})
