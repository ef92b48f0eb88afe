/**
 * The one replica of the web app: what is shown is the rows of the server, kept on this device and followed live,
 * overlaid with what was done here and is not confirmed yet. Reads and commands work without a network; commands are
 * sent in their order, each exactly once; different fields merge, and what does not is in the conflict inbox.
 *
 * ```tsx
 * const sync = createSync({ user: me.user_id, home: me.personal_workspace_id })
 * await sync.start()
 * <SyncProvider sync={sync}>…</SyncProvider>
 *
 * const tasks = useTasks((view) => view.tasksIn(workspace, list))
 * const done = useSync().complete(task.task_id) // shown at once
 * const outcome = await done.outcome // { is: 'done', change } for the toast with Undo
 * useSync().undo({ entry: done.entry })
 * ```
 */
export { createSync } from './create'
export type { SyncOptions } from './create'
export * from './hooks'
export type { Command, ListPatch, Single, TaskPatch } from './commands'
export type { Conflict, Outcome, Refused } from './outbox'
export type { Present } from './presence'
export type { Connection, Waiting } from './replica'
export type { Doing } from './doer'
export type { Sync } from './sync'
export type { View } from './view'
export type * from './rows'
