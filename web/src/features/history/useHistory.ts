import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, data } from '@/api/client'
import type { Activity } from '@/api/types'
import { changesOf, type Change } from './changes'
import { useFollow } from './useFollow'

/** Of what: a task, a list with its tasks, or all of a workspace. */
export type Subject = {
  readonly workspace: string
  readonly task?: string | undefined
  readonly list?: string | undefined
}

type EventsPage = { items: Activity[]; next_cursor?: string | null }

function page({ workspace, task, list }: Subject, cursor: string, limit: number) {
  const query = { workspace, limit, ...(cursor === '' ? {} : { cursor }) }
  if (task !== undefined) {
    const params = { path: { task_id: task }, query }
    return data<EventsPage>(api.GET('/api/v1/tasks/{task_id}/history', { params }))
  }
  if (list !== undefined) {
    const params = { path: { list_id: list }, query }
    return data<EventsPage>(api.GET('/api/v1/lists/{list_id}/history', { params }))
  }
  return data<EventsPage>(api.GET('/api/v1/activity', { params: { query } }))
}

export type History = {
  /** Newest first; undefined until the first page is there. */
  readonly changes: readonly Change[] | undefined
  readonly error: Error | null
  readonly retry: () => void
  readonly hasMore: boolean
  readonly loadingMore: boolean
  readonly loadMore: () => void
}

/** What happened, page by page from now backwards, kept up to date. */
export function useHistory(subject: Subject, limit = 100): History {
  const { workspace, task, list } = subject
  const key = ['history', workspace, task ?? list ?? 'all', limit]
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => page(subject, pageParam, limit),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  })
  useFollow(key)
  const pages = query.data?.pages
  const changes = useMemo(() => pages && changesOf(pages.flatMap(({ items }) => items)), [pages])
  return {
    changes,
    error: changes === undefined ? query.error : null,
    retry: () => void query.refetch(),
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage()
    },
  }
}
