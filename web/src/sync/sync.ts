import type { ListPatch, Single, TaskPatch } from './commands'
import { Doer } from './doer'
import type { Doing } from './doer'
import { difference } from './fields'
import type { ListId, TaskId, WorkspaceId } from './rows'
import { taskKey } from './rows'

type Place = { readonly after?: string | null; readonly before?: string | null }

/** How many commands one bulk takes; more are sent as several. */
const BULK = 100

/** The sync layer of one person: see `createSync`. */
export class Sync extends Doer {
  // Tasks

  createTask(
    task: Omit<Extract<Single, { command: 'create_task' }>, 'command'>,
    workspace = this.home,
  ): Doing {
    const task_id = task.task_id ?? this.ports.newId()
    return this.run({ ...task, command: 'create_task', task_id }, workspace, task_id)
  }

  /** A line of text, understood by the server; until then its text is the title. */
  quickAdd(text: string, workspace = this.home): Doing {
    const task_id = this.ports.newId()
    return this.run({ command: 'quick_add', text, task_id }, workspace, task_id)
  }

  /** Changes fields; a set of tags is sent as what came and went, so that those of others stay. */
  updateTask(task_id: TaskId, patch: TaskPatch): Doing {
    const { tags, ...rest } = patch
    const before = this.view().task(task_id)
    const changed = tags && before ? difference(before.tags, tags) : undefined
    const sets = changed
      ? { add_tags: changed.added, remove_tags: changed.removed }
      : tags
        ? { tags }
        : {}
    return this.run(
      { command: 'update_task', task_id, ...rest, ...sets },
      this.of(task_id),
      task_id,
    )
  }

  complete(task_id: TaskId): Doing {
    return this.run({ command: 'complete_task', task_id }, this.of(task_id), task_id)
  }

  reopen(task_id: TaskId): Doing {
    return this.run({ command: 'reopen_task', task_id }, this.of(task_id), task_id)
  }

  /** Elsewhere: `list_id` null is the inbox, `parent_id` null is no parent; between neighbours, or last. */
  move(task_id: TaskId, to: Place & { list_id?: ListId | null; parent_id?: TaskId | null }): Doing {
    return this.run({ command: 'move_task', task_id, ...to }, this.of(task_id), task_id)
  }

  remove(task_id: TaskId): Doing {
    return this.run({ command: 'delete_task', task_id }, this.of(task_id), task_id)
  }

  restore(task_id: TaskId, workspace = this.home): Doing {
    return this.run({ command: 'restore_task', task_id }, workspace, task_id)
  }

  /** One command, or several as one change, one undo; more than 100 become several changes. */
  bulk(commands: readonly Single[], workspace = this.home): Doing[] {
    const parts: Single[][] = []
    for (let at = 0; at < commands.length; at += BULK) parts.push(commands.slice(at, at + BULK))
    const entries = parts.map((part) => {
      const [one, another] = part
      const alone = one !== undefined && another === undefined
      return this.entry(alone ? one : { command: 'bulk', commands: part }, workspace)
    })
    this.journal.did(entries.map(({ id, command }) => ({ entry: id, command, workspace })))
    return entries.map((entry) => this.enqueue(entry, ''))
  }

  // Lists, filters, comments

  createList(list: { name: string; color?: string | null }, workspace = this.home): Doing {
    const list_id = this.ports.newId()
    return this.run({ ...list, command: 'create_list', list_id }, workspace, list_id)
  }

  updateList(list_id: ListId, patch: ListPatch): Doing {
    return this.run({ command: 'update_list', list_id, ...patch }, this.ofList(list_id), list_id)
  }

  moveList(list_id: ListId, to: Place): Doing {
    return this.run({ command: 'move_list', list_id, ...to }, this.ofList(list_id), list_id)
  }

  archiveList(list_id: ListId): Doing {
    return this.run({ command: 'archive_list', list_id }, this.ofList(list_id), list_id)
  }

  unarchiveList(list_id: ListId): Doing {
    return this.run({ command: 'unarchive_list', list_id }, this.ofList(list_id), list_id)
  }

  removeList(list_id: ListId): Doing {
    return this.run({ command: 'delete_list', list_id }, this.ofList(list_id), list_id)
  }

  restoreList(list_id: ListId, workspace = this.home): Doing {
    return this.run({ command: 'restore_list', list_id }, workspace, list_id)
  }

  /** Without an id a new one, which goes by its entry's until the server has named it. */
  saveFilter(
    filter: { filter_id?: string; name: string; query: string; sort?: string },
    workspace = this.home,
  ): Doing {
    const made = this.run({ ...filter, command: 'save_filter' }, workspace, filter.filter_id ?? '')
    return filter.filter_id === undefined ? { ...made, id: made.entry } : made
  }

  removeFilter(filter_id: string, workspace = this.home): Doing {
    return this.run({ command: 'remove_filter', filter_id }, workspace, filter_id)
  }

  addComment(task_id: TaskId, body: string): Doing {
    const made = this.run({ command: 'add_comment', task_id, body }, this.of(task_id), '')
    return { ...made, id: made.entry }
  }

  editComment(task_id: TaskId, comment_id: string, body: string): Doing {
    const command: Single = { command: 'edit_comment', task_id, comment_id, body }
    return this.run(command, this.of(task_id), comment_id)
  }

  removeComment(task_id: TaskId, comment_id: string): Doing {
    const command: Single = { command: 'delete_comment', task_id, comment_id }
    return this.run(command, this.of(task_id), comment_id)
  }

  // Conflicts and refusals

  /** Keeps either value; one's own is sent over the one that is there now. What it gives takes that back. */
  resolve(conflict: string, keep: 'mine' | 'theirs'): () => void {
    const found = this.conflicts().find((one) => one.id === conflict)
    if (!found) return () => undefined
    const commands = keep === 'mine' ? found.keepMine : []
    const entries = commands.map((command) => this.entry(command, found.workspace))
    for (const entry of entries) void this.outcome(entry)
    this.engine.input({ is: 'resolve', conflict, entries })
    return () => {
      for (const { id } of entries.toReversed()) this.undo({ entry: id })
      this.engine.input({ is: 'reconsider', conflict: found })
    }
  }

  /** The text of a refused command is not needed any more. What it gives brings it back. */
  dismiss(refused: string): () => void {
    const found = this.refused().find((one) => one.id === refused)
    this.engine.input({ is: 'dismiss', refused })
    return () => {
      if (found) this.engine.input({ is: 'reconsider', refused: found })
    }
  }

  /** Sends a refused command again, over what is there now. */
  retry(refused: string): Doing | undefined {
    const found = this.refused().find((one) => one.id === refused)
    if (!found) return undefined
    this.engine.input({ is: 'dismiss', refused })
    return this.run(found.command, found.workspace, '')
  }

  private of(task: TaskId): WorkspaceId {
    return this.view().rows.get(taskKey(task))?.workspace ?? this.home
  }

  private ofList(list: ListId): WorkspaceId {
    return this.view().list(list)?.workspace_id ?? this.home
  }
}
