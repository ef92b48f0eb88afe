import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, data } from '@/api/client'
import type { List, Task } from '@/api/types'

/** Rows of a page of the server, and how many pages are read of one moment. */
const [PAGE, PAGES] = [500, 4]

export type Then = {
  readonly tasks: readonly Task[]
  readonly lists: readonly List[]
  /** There are more tasks than are shown. */
  readonly cut: boolean
}

async function readThen(workspace: string, at: string, filter: string): Promise<Then> {
  const lists = data(api.GET('/api/v1/lists', { params: { query: { workspace, as_of: at } } }))
  const [{ items }, { tasks, cut }] = await Promise.all([lists, readTasks(workspace, at, filter)])
  return { tasks, lists: items, cut }
}

async function readTasks(workspace: string, at: string, filter: string) {
  const tasks: Task[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < PAGES; pages += 1) {
    const query = {
      ...{ workspace, as_of: at, limit: PAGE },
      ...(filter === '' ? {} : { filter }),
      ...(cursor === undefined ? {} : { cursor }),
    }
    const page = await data(api.GET('/api/v1/tasks', { params: { query } }))
    tasks.push(...page.items)
    cursor = page.next_cursor ?? undefined
    if (cursor === undefined) break
  }
  return { tasks, cut: cursor !== undefined }
}

const past = (workspace: string, at: string, filter: string) => ({
  queryKey: ['past', workspace, at, filter],
  queryFn: () => readThen(workspace, at, filter),
  // What was does not change.
  staleTime: Infinity,
})

/** How it was at a position; what was shown before stays until it is read. */
export function usePast(workspace: string, at: string | undefined, filter: string) {
  return useQuery({
    ...past(workspace, at ?? '', filter),
    enabled: at !== undefined,
    placeholderData: keepPreviousData,
  })
}

/** Whoever stays so long (ms) may go on from there. */
const REST = 400

/** Reads other moments before they are asked for, such as those one step away. */
export function useAhead(workspace: string, moments: readonly string[], filter: string): void {
  const client = useQueryClient()
  const names = moments.join(' ')
  useEffect(() => {
    const timer = window.setTimeout(() => {
      for (const at of names.split(' ').filter(Boolean)) {
        // Whoever gets there asks again, and hears why it failed.
        client.query(past(workspace, at, filter)).catch(() => undefined)
      }
    }, REST)
    return () => window.clearTimeout(timer)
  }, [client, workspace, names, filter])
}
