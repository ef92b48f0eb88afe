import { expect, it } from 'vitest'
import { addressed, pathIn } from './addressed'

it('finds what an address names', () => {
  const of = (path: string, query: string) => addressed(path, new URLSearchParams(query))
  expect(of('/list', 'id=7&task=8')).toEqual(['list/7', 'task/8'])
  expect(of('/filter', 'id=7')).toEqual(['filter/7'])
  expect(of('/filter', 'q=%23home')).toEqual([])
  expect(of('/today', 'task=8')).toEqual(['task/8'])
  expect(of('/invitation', 'id=7')).toEqual([])
})

it('stays on pages that every workspace has', () => {
  const from = (path: string, query: string) => pathIn(path, new URLSearchParams(query))
  expect(from('/upcoming', 'task=8')).toBe('/upcoming')
  expect(from('/settings', 'section=workspace')).toBe('/settings?section=workspace')
  expect(from('/list', 'id=7')).toBe('/today')
})
