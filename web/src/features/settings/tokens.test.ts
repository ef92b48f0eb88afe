import { expect, it } from 'vitest'
import { endOf, hasEnded } from './tokens'

const now = Date.parse('2026-11-22T03:00:00Z')

it('reckons when a token ends', () => {
  expect(endOf('30', now)).toBe('2026-12-22T03:00:00.000Z')
  expect(endOf('never', now)).toBeNull()
})

it('knows which tokens have ended', () => {
  expect(hasEnded({ expires_at: null }, now)).toBe(false)
  expect(hasEnded({ expires_at: '2026-11-22T03:01:00Z' }, now)).toBe(false)
  expect(hasEnded({ expires_at: '2026-11-22T03:00:59Z' }, now)).toBe(true)
})
