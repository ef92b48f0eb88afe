import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useMemo, useSyncExternalStore } from 'react'
import { api, data } from '@/api/client'
import type { CreateTask, List, SavedFilter, Tag, Task, WriteReply } from '@/api/types'
import { useMe } from '../auth/session'

/** What a change did: what undo names, and the thing that it made. */
export type Done = { changeId: string | null; id: string | null }

export type Connection = 'online' | 'offline'

const tasksKey = (workspace: string) => ['tasks', workspace]

async function allOpenTasks(workspace: string): Promise<Task[]> {
  const tasks: Task[] = []
  let cursor: string | undefined
  do {
    const query = { workspace, limit: 500, ...(cursor !== undefined && { cursor }) }
    const page = await data(api.GET('/api/v1/tasks', { params: { query } }))
    tasks.push(...page.items)
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
  return tasks
}

function useWorkspace(): string {
  return useMe().personal_workspace_id
}

/** The open tasks that a view shows; undefined until they are there. */
export function useTasks<R>(select: (tasks: readonly Task[]) => R): R | undefined {
  const workspace = useWorkspace()
  const { data: tasks } = useQuery({
    queryKey: tasksKey(workspace),
    queryFn: () => allOpenTasks(workspace),
  })
  return useMemo(() => (tasks === undefined ? undefined : select(tasks)), [tasks, select])
}

export function useLists(): readonly List[] | undefined {
  const workspace = useWorkspace()
  const params = { query: { workspace } }
  return useQuery({
    queryKey: ['lists', workspace],
    queryFn: async () => (await data(api.GET('/api/v1/lists', { params }))).items,
  }).data
}

export function useTags(): readonly Tag[] | undefined {
  const workspace = useWorkspace()
  const params = { query: { workspace } }
  return useQuery({
    queryKey: ['tags', workspace],
    queryFn: async () => (await data(api.GET('/api/v1/tags', { params }))).items,
  }).data
}

export function useFilters(): readonly SavedFilter[] | undefined {
  const workspace = useWorkspace()
  const params = { query: { workspace } }
  return useQuery({
    queryKey: ['filters', workspace],
    queryFn: async () => (await data(api.GET('/api/v1/filters', { params }))).items,
  }).data
}

const NOBODY: ReadonlyMap<string, string> = new Map()

/** What the members of the workspace are called. */
export function useMemberNames(): ReadonlyMap<string, string> {
  const workspace = useWorkspace()
  const params = { query: { workspace } }
  const { data: members } = useQuery({
    queryKey: ['members', workspace],
    queryFn: async () => (await data(api.GET('/api/v1/members', { params }))).items,
  })
  return useMemo(
    () =>
      members === undefined
        ? NOBODY
        : new Map(members.map((each) => [each.user_id, each.display_name ?? each.email ?? ''])),
    [members],
  )
}

function watchConnection(listener: () => void): () => void {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    watchConnection,
    () => (navigator.onLine ? 'online' : 'offline'),
    () => 'online',
  )
}

/** Everything that can be done to tasks and lists. A change shows at once and goes back if it is refused. */
export function useCommands() {
  const client = useQueryClient()
  const workspace = useWorkspace()
  return useMemo(() => commandsOf(client, workspace), [client, workspace])
}

function commandsOf(client: QueryClient, workspace: string) {
  const query = { workspace }
  const key = tasksKey(workspace)

  async function carryOut(
    shown: (tasks: Task[]) => Task[],
    send: () => Promise<{ data?: WriteReply; response: Response }>,
  ): Promise<Done> {
    await client.cancelQueries({ queryKey: key })
    const before = client.getQueryData<Task[]>(key)
    if (before !== undefined) client.setQueryData(key, shown(before))
    try {
      const reply = await data(send())
      return { changeId: reply.change_id ?? null, id: reply.id ?? null }
    } catch (error) {
      client.setQueryData(key, before)
      throw error
    } finally {
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === workspace })
    }
  }

  const same = (tasks: Task[]) => tasks
  const without = (id: string) => (tasks: Task[]) => tasks.filter((task) => task.task_id !== id)
  const at = (id: string) => ({ params: { path: { task_id: id }, query } })

  return {
    create: (body: CreateTask) =>
      carryOut(same, () => api.POST('/api/v1/tasks', { params: { query }, body })),
    complete: (id: string) =>
      carryOut(without(id), () => api.POST('/api/v1/tasks/{task_id}/complete', at(id))),
    reopen: (id: string) =>
      carryOut(same, () => api.POST('/api/v1/tasks/{task_id}/reopen', at(id))),
    remove: (id: string) =>
      carryOut(without(id), () => api.DELETE('/api/v1/tasks/{task_id}', at(id))),
    createList: (name: string) =>
      carryOut(same, () => api.POST('/api/v1/lists', { params: { query }, body: { name } })),
    undo: (changeId: string) =>
      carryOut(same, () =>
        api.POST('/api/v1/undo', { params: { query }, body: { change_id: changeId } }),
      ),
  }
}
