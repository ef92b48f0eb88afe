import { useQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { ProblemError } from '@/api/errors'
import type { Task } from '@/api/types'
import { useConnection, useTask } from '@/sync'
import { useWorkspace } from '../workspaces/current'

type ShownTask =
  | { is: 'loading' }
  | { is: 'there'; task: Task }
  | { is: 'missing' }
  /** It is not kept on this device, and there is no network. */
  | { is: 'unreachable' }

/** The task of an address: from the replica, and what that does not keep from the server. */
export function useShownTask(id: string): ShownTask {
  const workspace = useWorkspace()
  const { loaded, link } = useConnection()
  const task = useTask(id, workspace)
  const asked = useQuery({
    queryKey: ['task', workspace, id],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/v1/tasks/{task_id}', {
          params: { path: { task_id: id }, query: { workspace } },
          signal,
        }),
      ),
    enabled: loaded && task === undefined && link !== 'offline',
    retry: false,
  })
  if (task !== undefined) return { is: 'there', task }
  if (!loaded) return { is: 'loading' }
  if (asked.data !== undefined)
    return asked.data.deleted_at ? { is: 'missing' } : { is: 'there', task: asked.data }
  if (asked.error instanceof ProblemError && asked.error.status < 500) return { is: 'missing' }
  if (asked.error !== null || link === 'offline') return { is: 'unreachable' }
  return { is: 'loading' }
}
