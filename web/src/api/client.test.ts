import { beforeEach, describe, expect, it, vi } from 'vitest'
import { api, data, onSignedOut } from './client'
import { NetworkError, ProblemError } from './errors'

const fetched = vi.fn<(request: Request) => Promise<Response>>()

const json = (body: unknown, init?: ResponseInit) => new Response(JSON.stringify(body), init)
const problem = (status: number) =>
  json(
    { type: 'about:blank', title: 'No', status, detail: 'No.', code: 'no' },
    { status, headers: { 'Content-Type': 'application/problem+json' } },
  )

/** Requests of node need a whole address. */
const at = { baseUrl: 'http://taskfold.test', fetch: fetched }

beforeEach(() => {
  fetched.mockReset()
})

describe('the API client', () => {
  it('gives the body of an answer', async () => {
    fetched.mockResolvedValue(json({ items: [] }))
    expect(await data(api.GET('/api/v1/sessions', at))).toEqual({ items: [] })
  })

  it('rejects with the problem, and tells when the session is over', async () => {
    const signedOut = vi.fn()
    const stop = onSignedOut(signedOut)
    fetched.mockResolvedValue(problem(401))
    await expect(data(api.GET('/api/v1/me', at))).rejects.toBeInstanceOf(ProblemError)
    expect(signedOut).toHaveBeenCalledTimes(1)
    stop()
  })

  it('takes a wrong password for no end of a session', async () => {
    const signedOut = vi.fn()
    const stop = onSignedOut(signedOut)
    fetched.mockResolvedValue(problem(401))
    const body = { email: 'a@example.org', password: 'wrong' }
    await expect(data(api.POST('/api/v1/auth/login', { ...at, body }))).rejects.toThrow()
    expect(signedOut).not.toHaveBeenCalled()
    stop()
  })

  it('tells no network from a refusal', async () => {
    fetched.mockRejectedValue(new TypeError('fetch failed'))
    await expect(data(api.GET('/api/v1/me', at))).rejects.toBeInstanceOf(NetworkError)
  })

  it('reads what it has written, in the workspace where it was written', async () => {
    const params = (workspace: string) => ({ query: { workspace } })
    fetched.mockResolvedValueOnce(
      json({ position: '0:7', kept: [] }, { headers: { 'Taskfold-Position': '0:7' } }),
    )
    await api.POST('/api/v1/tasks', { ...at, params: params('a'), body: { title: 'x' } })
    fetched.mockImplementation(() => Promise.resolve(json({ items: [] })))
    await api.GET('/api/v1/tasks', { ...at, params: params('a') })
    expect(fetched.mock.lastCall?.[0].headers.get('Taskfold-Position')).toBe('0:7')
    await api.GET('/api/v1/tasks', { ...at, params: params('b') })
    expect(fetched.mock.lastCall?.[0].headers.get('Taskfold-Position')).toBeNull()
  })
})
