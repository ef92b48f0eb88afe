import { describe, expect, it } from 'vitest'
import { problemOf } from './errors'

describe('problemOf', () => {
  it('keeps the problem that the server tells', async () => {
    const problem = {
      type: 'https://taskfold.dev/problems/invalid',
      title: 'Invalid',
      status: 422,
      detail: 'A field is wrong.',
      code: 'invalid',
      errors: [{ field: 'title', code: 'empty', message: 'must not be empty' }],
    }
    const error = await problemOf(new Response(JSON.stringify(problem), { status: 422 }))
    expect(error.code).toBe('invalid')
    expect(error.fault('title')).toBe('must not be empty')
    expect(error.fault('due')).toBeUndefined()
  })

  it('makes one of the status when the body is of somebody else', async () => {
    const error = await problemOf(new Response('<html>Bad gateway</html>', { status: 502 }))
    expect(error.status).toBe(502)
    expect(error.code).toBe('unexpected_answer')
  })
})
