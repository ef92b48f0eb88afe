import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, data } from '@/api/client'
import type { Task } from '@/api/types'
import { useSync, useTasks } from '@/sync'
import { since, type Since } from './compare'

/** As many ids as one request takes. */
const MOST = 100

/** What became of each of these tasks: by the replica, and by the server for those that it does not keep. */
export function useSince(workspace: string, then: readonly Task[]): ReadonlyMap<string, Since> {
  const { view } = useSync()
  const now = useTasks((shown) => shown.tasks(workspace))
  const unknown = useMemo(() => {
    const known = new Set(now.map((task) => task.task_id))
    return then.filter((task) => !known.has(task.task_id)).map((task) => task.task_id)
  }, [now, then])
  const ids = unknown.slice(0, MOST).join(',')
  const { data: old } = useQuery({
    queryKey: ['since', workspace, ids],
    queryFn: () => data(api.GET('/api/v1/tasks/batch', { params: { query: { workspace, ids } } })),
    enabled: ids !== '',
    placeholderData: keepPreviousData,
  })
  return useMemo(() => {
    const found = new Map([...(old?.items ?? []), ...now].map((task) => [task.task_id, task]))
    const pending = old === undefined && ids !== ''
    return new Map(
      then.flatMap((task): [string, Since][] => {
        const today = found.get(task.task_id) ?? view().task(task.task_id)
        return today === undefined && pending ? [] : [[task.task_id, since(task, today)]]
      }),
    )
  }, [then, now, old, ids, view])
}
