import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api, data } from '@/api/client'
import { NetworkError } from '@/api/errors'
import type { Hit, Task } from '@/api/types'
import { useLater } from '@/lib/useLater'
import { useConnection, useTasks, type View } from '@/sync'
import { useWorkspace } from '../workspaces/current'
import { fitsSearch } from './local'

const PAUSE = 120
const PAGE = 50
const NONE: readonly Task[] = []

export type Found = Pick<Hit, 'task' | 'title' | 'snippet'>

/** What is found for a text, best first; without the server, what this device knows of it. */
export function useSearch(text: string) {
  const workspace = useWorkspace()
  const asked = useLater(text.trim(), PAUSE)
  const { link } = useConnection()
  const query = useInfiniteQuery({
    queryKey: ['search', workspace, asked],
    enabled: asked !== '' && link !== 'offline',
    retry: 1,
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) => {
      const cursor = pageParam === '' ? {} : { cursor: pageParam }
      const query = { workspace, q: asked, limit: PAGE, ...cursor }
      return data(api.GET('/api/v1/search', { params: { query }, signal }))
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  })
  const local = asked !== '' && (link === 'offline' || query.error instanceof NetworkError)
  const select = useCallback(
    (view: View) =>
      local ? view.tasks(workspace).filter((task) => fitsSearch(task, asked)) : NONE,
    [local, workspace, asked],
  )
  const known = useTasks(select)
  const pages = query.data?.pages
  const found: readonly Found[] | undefined = local
    ? known.map((task) => ({ task, title: task.title, snippet: null }))
    : pages?.flatMap((page) => page.items)
  return {
    /** Undefined until there is an answer, or nothing to ask. */
    found: asked === '' ? undefined : found,
    asked,
    local,
    error: local ? null : query.error,
    retry: () => void query.refetch(),
    more: !local && query.hasNextPage ? () => void query.fetchNextPage() : undefined,
    loadingMore: query.isFetchingNextPage,
  }
}
