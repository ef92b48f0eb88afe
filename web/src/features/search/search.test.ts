import { describe, expect, it } from 'vitest'
import type { Task } from '@/api/types'
import { fitsSearch } from './local'
import { stretchesOf } from './marks'

const task: Task = {
  task_id: 'a',
  workspace_id: 'w',
  title: 'Bring oat milk to the café',
  description: 'The one of Lyra',
  priority: 'none',
  tags: ['shop'],
  reminders: [],
  rank: 'a',
  blocked_by: [],
  blocked: false,
  created_at: '2026-11-20T23:30:00Z',
  updated_at: '2026-11-21T08:00:00Z',
  version: 1,
  subtasks: { open: 0, done: 0 },
  comments: 0,
}

describe('without the server', () => {
  it.each([
    ['milk', true],
    ['lyra CAFE', true],
    ['"oat milk"', true],
    ['"milk oat"', false],
    ['mil', true],
    ['mil* -shop', false],
    ['milk -tea', true],
    ['-', false],
    ['', false],
  ])('%s fits: %s', (text, fits) => {
    expect(fitsSearch(task, text)).toBe(fits)
  })
})

it('cuts a marked text without loss', () => {
  expect(stretchesOf('Bring \uE000oat\uE001 \uE000milk\uE001')).toEqual([
    { text: 'Bring ', found: false },
    { text: 'oat', found: true },
    { text: ' ', found: false },
    { text: 'milk', found: true },
  ])
  expect(stretchesOf('plain')).toEqual([{ text: 'plain', found: false }])
})
