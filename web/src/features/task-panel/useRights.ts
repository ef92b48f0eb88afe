import type { Task } from '@/api/types'
import { useMemberships } from '../workspaces/current'

/** What one may do to a task. Until it is known, everything: the server has the last word. */
export function useRights(task: Task): { edit: boolean; comment: boolean } {
  const membership = useMemberships().find((each) => each.workspace_id === task.workspace_id)
  const role = membership?.role
  return { edit: role !== 'viewer' && role !== 'commenter', comment: role !== 'viewer' }
}
