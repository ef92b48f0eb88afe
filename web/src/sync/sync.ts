import type { Command, ListPatch, Single, TaskPatch } from './commands'
import { subjects } from './commands'
import type { Ports } from './engine'
import { difference } from './fields'
import type { Entry, Outcome, Patch } from './outbox'
import { effectOf } from './patches'
import { Replica } from './replica'
import type { ChangeId, ListId, TaskId, WorkspaceId } from './rows'
import { taskKey } from './rows'

/** A command that is shown already. */
export type Doing = {
  /** The task, list, filter or comment that it is about or makes; the first one of several. */
  readonly id: string
  /** Its entry in the outbox: what `undo` takes as long as the change has no id. */
  readonly entry: string
  readonly outcome: Promise<Outcome>
}

type Place = { readonly after?: string | null; readonly before?: string | null }

/** How many commands one bulk takes; more are sent as several. */
const BULK = 100
/** Changes that are remembered, to show their undo at once. */
const REMEMBERED = 200

/** The sync layer of one person: see `createSync`. */
export class Sync extends Replica {
  private readonly recent = new Map<ChangeId, Entry>()

  constructor(
    private readonly user: string,
    ports: Ports,
    wipeDisk: () => Promise<void>,
    private readonly home: WorkspaceId,
  ) {
    super(ports, wipeDisk)
  }

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
    return parts.map((part) => {
      const [one, another] = part
      const alone = one !== undefined && another === undefined
      return this.run(alone ? one : { command: 'bulk', commands: part }, workspace, '')
    })
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

  // Time

  /**
   * Takes back a change, or an entry of the outbox; without either, the last change of this person. What was not
   * sent yet just goes; else it is shown at once where it is known what the change did.
   */
  undo(what: { change?: ChangeId; entry?: string } = {}, workspace = this.home): Doing {
    const { outbox } = this.engine.state
    const queued = outbox.find((one) => one.id === what.entry && !one.reply)
    if (queued && this.mayCancel(queued)) {
      this.engine.input({ is: 'cancel', entry: queued.id })
      const outcome: Outcome = { is: 'done', change: null }
      return { id: '', entry: queued.id, outcome: Promise.resolve(outcome) }
    }
    if (queued) {
      const command: Command = { command: 'undo', of: queued.id }
      return this.run(command, queued.workspace, '', queued.inverse)
    }
    const remembered = [...this.recent].find(([, entry]) => entry.id === what.entry)
    const change_id = what.change ?? remembered?.[0]
    if (what.entry !== undefined && change_id === undefined) {
      // It came to nothing. Without a name it would be another change that is taken back.
      return { id: '', entry: what.entry, outcome: Promise.resolve({ is: 'cancelled' }) }
    }
    const known = change_id ? this.recent.get(change_id) : undefined
    const command: Command = { command: 'undo', ...(change_id ? { change_id } : {}) }
    return this.run(command, known?.workspace ?? workspace, '', known?.inverse)
  }

  /** Brings back a change that was undone; without one, what this person undid last. */
  redo(change_id?: ChangeId, workspace = this.home): Doing {
    const known = change_id ? this.recent.get(change_id) : undefined
    const command: Command = { command: 'redo', ...(change_id ? { change_id } : {}) }
    return this.run(command, known?.workspace ?? workspace, '', known?.patches)
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

  /** What was not sent can just go, unless something that waits is about the same rows. */
  private mayCancel(entry: Entry): boolean {
    const { leads, outbox } = this.engine.state
    const about = new Set(entry.patches.map((patch) => patch.key))
    const later = outbox.filter((one) => one.id > entry.id)
    const others = later.flatMap((one) => [
      ...subjects(one.command),
      ...one.patches.map((patch) => patch.key),
    ])
    return leads && !entry.sent && !others.some((key) => about.has(key))
  }

  private run(
    command: Command,
    workspace: WorkspaceId,
    id: string,
    patches?: readonly Patch[],
  ): Doing {
    const entry = this.entry(command, workspace, patches)
    const outcome = this.outcome(entry)
    this.engine.input({ is: 'enqueue', entry })
    return { id, entry: entry.id, outcome }
  }

  /** What it comes to, which is remembered for its undo. */
  private async outcome(entry: Entry): Promise<Outcome> {
    const came = await this.engine.outcome(entry.id)
    this.remember(entry, came)
    return came
  }

  private remember(entry: Entry, outcome: Outcome) {
    if ((outcome.is !== 'done' && outcome.is !== 'conflict') || outcome.change === null) return
    // What undoing shows of a part of it is known to the server alone.
    const whole = outcome.is === 'done'
    this.recent.set(outcome.change, whole ? entry : { ...entry, patches: [], inverse: [] })
    const [oldest] = this.recent.keys()
    if (this.recent.size > REMEMBERED && oldest !== undefined) this.recent.delete(oldest)
  }

  private entry(command: Command, workspace: WorkspaceId, patches?: readonly Patch[]): Entry {
    const [id, now] = [this.ports.newId(), this.ports.now()]
    const effect = effectOf(command, this.view().rows, {
      workspace,
      user: this.user,
      now,
      entry: id,
    })
    const shown = patches ? { ...effect, patches } : effect
    return { id, key: id, workspace, command, made: now, attempts: 0, ...shown }
  }

  private of(task: TaskId): WorkspaceId {
    return this.view().rows.get(taskKey(task))?.workspace ?? this.home
  }

  private ofList(list: ListId): WorkspaceId {
    return this.view().list(list)?.workspace_id ?? this.home
  }
}
