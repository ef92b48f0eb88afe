import createClient, { type Middleware } from 'openapi-fetch'
import { NetworkError, problemOf } from './errors'
import type { paths } from './schema'

/** Where the API is: this origin, unless the build was made for a server elsewhere. */
const origin = process.env['NEXT_PUBLIC_API_ORIGIN'] ?? ''

const signedOutListeners = new Set<() => void>()

/** Tells when the server no longer knows the session. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener)
  return () => signedOutListeners.delete(listener)
}

/** The position of the last write of each workspace: sent with reads, so that they show it. */
const written = new Map<string, string>()
const POSITION = 'Taskfold-Position'

const workspaceOf = (request: Request) => new URL(request.url).searchParams.get('workspace') ?? ''

const readYourWrites: Middleware = {
  onRequest({ request }) {
    const position = written.get(workspaceOf(request))
    const asked = request.headers.has(POSITION)
    if (request.method === 'GET' && position !== undefined && !asked) {
      request.headers.set(POSITION, position)
    }
    return request
  },
  onResponse({ request, response }) {
    const position = response.headers.get(POSITION)
    if (request.method !== 'GET' && position !== null) written.set(workspaceOf(request), position)
    return response
  },
}

const failures: Middleware = {
  async onResponse({ response, schemaPath }) {
    if (response.ok) return response
    // A wrong password is answered with 401 as well, and ends no session.
    if (response.status === 401 && !schemaPath.startsWith('/api/v1/auth/')) {
      for (const listener of signedOutListeners) listener()
    }
    throw await problemOf(response)
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error
    return new NetworkError('The server cannot be reached', { cause: error })
  },
}

/** The API. A call rejects with `ProblemError` or `NetworkError`; see `data`. */
export const api = createClient<paths>({
  baseUrl: origin,
  credentials: origin === '' ? 'same-origin' : 'include',
  headers: { Accept: 'application/json, application/problem+json' },
})
api.use(readYourWrites, failures)

/** The body of an answer: `await data(api.GET('/api/v1/me'))`. */
export async function data<D>(answer: Promise<{ data?: D; response: Response }>): Promise<D> {
  const { data: body, response } = await answer
  if (body === undefined) throw await problemOf(response)
  return body
}
