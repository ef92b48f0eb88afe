'use client'

import { createContext, use, useEffect, useRef, useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'
import { equal, sameItems } from './equal'
import type { Conflict, Refused } from './outbox'
import type { Present } from './presence'
import { byRank } from './rank'
import type {
  Comment,
  Key,
  List,
  Member,
  Membership,
  SavedFilter,
  Tag,
  Task,
  User,
  WorkspaceId,
} from './rows'
import type { Connection, Waiting } from './replica'
import type { Sync } from './sync'
import type { View } from './view'

const Context = createContext<Sync | undefined>(undefined)

/** Gives the pages below it a replica. */
export function SyncProvider({ sync, children }: { sync: Sync; children: ReactNode }) {
  return <Context value={sync}>{children}</Context>
}

/** The sync layer: its commands. */
export function useSync(): Sync {
  const sync = use(Context)
  if (!sync) throw new Error('a page that shows the replica stands below a SyncProvider')
  return sync
}

/** Something of what is shown. It stays the same object as long as `same` says so. */
function useShown<T>(
  select: (view: View, sync: Sync) => T,
  same: (one: T, other: T) => boolean,
): T {
  const sync = useSync()
  const held = useRef<{ value: T } | undefined>(undefined)
  const snapshot = () => {
    const value = select(sync.view(), sync)
    if (!held.current || !same(held.current.value, value)) held.current = { value }
    return held.current.value
  }
  return useSyncExternalStore(sync.subscribe, snapshot, snapshot)
}

/**
 * Tasks of the replica, such as `useTasks((view) => view.tasksIn(workspace, list))`. Renders again only when the
 * selection has other tasks, in another order, or one of them changed.
 */
export function useTasks(select: (view: View) => readonly Task[]): readonly Task[] {
  return useShown(select, sameItems)
}

/** One task; one that the replica does not keep is read. Undefined until then, and when there is none. */
export function useTask(id: string | undefined, workspace?: WorkspaceId): Task | undefined {
  const sync = useSync()
  const task = useShown((view) => (id === undefined ? undefined : view.task(id)), Object.is)
  useEffect(() => {
    if (id !== undefined && workspace !== undefined) sync.want(workspace, `task/${id}`)
  }, [sync, id, workspace])
  return task
}

/** The lists that are not put away, in their order. */
export function useLists(workspace: WorkspaceId, archived = false): readonly List[] {
  return useShown((view) => {
    const found: List[] = []
    for (const row of view.rows.values()) {
      const here = row.kind === 'list' && row.workspace === workspace
      if (here && Boolean(row.value.archived_at) === archived) found.push(row.value)
    }
    return found.sort(byRank)
  }, sameItems)
}

export function useMembers(workspace: WorkspaceId): readonly Member[] {
  return useShown((view) => {
    const row = view.rows.get(`members/${workspace}`)
    return row?.kind === 'members' ? row.value : []
  }, sameItems)
}

export function useFilters(workspace: WorkspaceId): readonly SavedFilter[] {
  return useShown((view) => {
    const found: SavedFilter[] = []
    for (const row of view.rows.values()) {
      if (row.kind === 'filter' && row.workspace === workspace) found.push(row.value)
    }
    return found.sort((one, other) => one.name.localeCompare(other.name))
  }, sameItems)
}

/** Tags that are in use, with how many of the tasks that are shown bear them. */
export function useTags(workspace: WorkspaceId): readonly Tag[] {
  return useShown((view) => tagsOf(view, workspace), equal)
}

function tagsOf(view: View, workspace: WorkspaceId): Tag[] {
  const counted = view.rows.get(`tags/${workspace}`)
  const known = counted?.kind === 'tags' ? counted.value : []
  const tags = new Map(known.map(({ tag, done }) => [tag, { tag, open: 0, done }]))
  for (const task of view.tasks(workspace)) {
    if (task.completed_at) continue
    for (const tag of task.tags) {
      const count = tags.get(tag) ?? { tag, open: 0, done: 0 }
      tags.set(tag, { ...count, open: count.open + 1 })
    }
  }
  const used = [...tags.values()].filter(({ open, done }) => open + done > 0)
  return used.sort((one, other) => one.tag.localeCompare(other.tag))
}

/** What was said about a task, with what waits to be sent; undefined until it is read. */
export function useComments(task: string, workspace: WorkspaceId): readonly Comment[] | undefined {
  const sync = useSync()
  useEffect(() => sync.want(workspace, `comments/${task}`), [sync, workspace, task])
  return useShown((view) => {
    const row = view.rows.get(`comments/${task}`)
    return row?.kind === 'comments' ? row.value : undefined
  }, Object.is)
}

export function useMe(): User | undefined {
  return useShown((_, sync) => sync.me(), Object.is)
}

export function useWorkspaces(): readonly Membership[] | undefined {
  return useShown((_, sync) => sync.workspaces(), Object.is)
}

/** Whether all of a workspace is here: skeletons are for before. */
export function useLoaded(workspace: WorkspaceId): boolean {
  return useShown((_, sync) => sync.loaded(workspace), Object.is)
}

/** The workspace that a row is of, once the replica has the row. */
export function useWorkspaceOf(keys: readonly Key[]): WorkspaceId | undefined {
  return useShown((view) => {
    const key = keys.find((each) => view.rows.has(each))
    return key === undefined ? undefined : view.rows.get(key)?.workspace
  }, Object.is)
}

/** Who is in a workspace now, oneself too. */
export function usePresent(workspace: WorkspaceId): readonly Present[] {
  const { presence } = useSync()
  const snapshot = () => presence.people(workspace)
  return useSyncExternalStore(presence.subscribe, snapshot, snapshot)
}

export function useConnection(): Connection {
  return useShown((_, sync) => sync.connection(), Object.is)
}

/** Fields that were changed here and elsewhere: keep either by `sync.resolve`. */
export function useConflicts(): readonly Conflict[] {
  return useShown((_, sync) => sync.conflicts(), Object.is)
}

/** Commands that the server refused, with their text. */
export function useRefused(): readonly Refused[] {
  return useShown((_, sync) => sync.refused(), Object.is)
}

export function useOutbox(): readonly Waiting[] {
  return useShown((_, sync) => sync.outbox(), Object.is)
}
