import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import type { List, Task } from '@/api/types'
import { useFollow } from '../history/useFollow'

type TrashPage = { lists?: List[]; items: Task[]; next_cursor?: string | null }

const PAGE = 200

/** What is in the trash, or what of it has these words. */
export function useTrash(workspace: string, words: string) {
  const key = ['trash', workspace, words]
  useFollow(key)
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => {
      const query = { workspace, limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) }
      if (words === '') {
        return data<TrashPage>(api.GET('/api/v1/trash', { params: { query } }))
      }
      // The language of filters has no way to write a quote within quotes.
      const filter = `is:trashed and text ~ "${words.replaceAll(/["\\]/gu, ' ')}"`
      const search = { ...query, filter, sort: '-updated', done: true }
      return data<TrashPage>(api.GET('/api/v1/tasks', { params: { query: search } }))
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  })
}
