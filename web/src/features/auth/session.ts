import { useQuery, type QueryClient } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { ProblemError } from '@/api/errors'
import type { User } from '@/api/types'

export const ME = ['me']
const KEPT = 'taskfold.me'

/** Who was signed in when the app was last open: lets it start at once, and without a network. */
function remembered(): User | undefined {
  try {
    const text = localStorage.getItem(KEPT)
    const user: unknown = text === null ? null : JSON.parse(text)
    return isUser(user) ? user : undefined
  } catch {
    return undefined
  }
}

/** Only `remember` writes there; what lacks these is of an older version. */
function isUser(value: unknown): value is User {
  return typeof value === 'object' && value !== null && 'user_id' in value && 'time_zone' in value
}

function remember(user: User | null): void {
  try {
    if (user === null) localStorage.removeItem(KEPT)
    else localStorage.setItem(KEPT, JSON.stringify(user))
  } catch {
    // Without storage the next start waits for the server.
  }
}

/** Who is signed in; null when nobody is. */
async function fetchMe(): Promise<User | null> {
  try {
    const user = await data(api.GET('/api/v1/me'))
    remember(user)
    return user
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status !== 401) throw error
    remember(null)
    return null
  }
}

export function useSession() {
  return useQuery({
    queryKey: ME,
    queryFn: fetchMe,
    initialData: remembered,
    // What is remembered is shown and asked for again.
    initialDataUpdatedAt: 0,
    staleTime: 60_000,
  })
}

/** Who is signed in, on pages that nobody else sees. */
export function useMe(): User {
  const { data: user } = useSession()
  if (user === undefined || user === null) throw new Error('nobody is signed in')
  return user
}

/** Takes what is known newer of whoever is signed in. */
export function learn(client: QueryClient, user: User): void {
  // What somebody is setting here is newer still.
  if (client.isMutating({ mutationKey: ME }) > 0) return
  client.setQueryData<User | null>(ME, (known) =>
    known?.user_id === user.user_id && known.version < user.version ? user : known,
  )
}

/** What was read belongs to whoever was signed in. */
function forget(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] })
}

/** Asks who is signed in now; before it is shown, nothing of another person is left. */
export async function enter(client: QueryClient): Promise<void> {
  forget(client)
  await client.query({ queryKey: ME, queryFn: fetchMe, staleTime: 0 })
}

/** The session is over: the next page is the one to sign in. */
export function leave(client: QueryClient): void {
  remember(null)
  client.setQueryData(ME, null)
  forget(client)
}
