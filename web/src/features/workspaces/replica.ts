import { useCallback, useMemo } from 'react'
import type { Task } from '@/api/types'
import * as sync from '@/sync'
import { useWorkspace } from './current'

/** What a page shows of the open tasks; undefined until they are there. */
export function useTasks<R>(select: (tasks: readonly Task[]) => R): R | undefined {
  const workspace = useWorkspace()
  const open = useCallback(
    (view: sync.View) => view.tasks(workspace).filter((task) => !task.completed_at),
    [workspace],
  )
  const tasks = sync.useTasks(open)
  const loaded = sync.useLoaded(workspace)
  return useMemo(() => (loaded ? select(tasks) : undefined), [loaded, tasks, select])
}

/** The lists of the workspace, in their order; undefined until they are there. */
export function useLists() {
  const workspace = useWorkspace()
  const lists = sync.useLists(workspace)
  return sync.useLoaded(workspace) ? lists : undefined
}

export function useTags() {
  return sync.useTags(useWorkspace())
}

/** What the members of the workspace are called. */
export function useMemberNames(): ReadonlyMap<string, string> {
  const members = sync.useMembers(useWorkspace())
  return useMemo(
    () => new Map(members.map((each) => [each.user_id, each.display_name ?? each.email ?? ''])),
    [members],
  )
}
