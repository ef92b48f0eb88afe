import { equal } from '../equal'
import type { Single, TaskPatch } from '../commands'
import { shownFields } from '../fields'
import type { Entry } from '../outbox'
import { together } from '../overlay'
import { written } from '../positions'
import type { Problem, Row, Task } from '../rows'
import { taskKey } from '../rows'
import type { Found, LiveEvent, Load, Message, Sent } from '../state'

export const WORKSPACE = 'w'
const STAMP = new Date(0).toISOString()

/** An event of the model's log. `changed` has the fields and their values before and after. */
export type Logged = {
  readonly number: number
  readonly type: string
  readonly subject: string
  readonly version: number
  readonly actor: string
  readonly changed: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>
}

const refusal = (code: string, more: Partial<Problem> = {}): Sent => ({
  is: 'refused',
  problem: { type: '', title: code, status: 409, detail: code, code, ...more },
})

/** A server in memory that answers as the real one does: versions, keys, positions, views that lag behind. */
export class ModelServer {
  readonly log: Logged[] = []
  /** The tasks as of each position. */
  private readonly states: ReadonlyMap<string, Task>[] = [new Map()]
  private readonly replies = new Map<string, { print: unknown; reply: Sent }>()

  get head(): number {
    return this.log.length
  }

  tasks(at = this.head): ReadonlyMap<string, Task> {
    return this.states[at] ?? new Map()
  }

  /** Carries an entry out, once for each key. */
  carryOut(actor: string, entry: Entry): Sent {
    const print = { command: entry.command, ifMatch: entry.sent?.ifMatch }
    const known = this.replies.get(entry.key)
    if (known) {
      return equal(known.print, print) ? known.reply : refusal('idempotency_key_reused')
    }
    const { command } = entry
    const commands = command.command === 'bulk' ? command.commands : [command]
    const before = this.head
    for (const one of commands) {
      if (one.command === 'undo' || one.command === 'redo' || one.command === 'quick_add') {
        throw new Error('not of this model')
      }
      const problem = this.apply(actor, one, entry.sent?.ifMatch)
      if (problem) return problem
    }
    const change = this.head > before ? entry.key : null
    const reply: Sent = { is: 'stored', at: this.head, partition: 0, change, refused: [] }
    this.replies.set(entry.key, { print, reply })
    return reply
  }

  /** Carries a command out; what is refused changes nothing. */
  apply(actor: string, command: Single, ifMatch?: number): Sent | undefined {
    if (command.command === 'create_task') {
      const id = command.task_id ?? ''
      if (this.tasks().has(id)) return refusal('id_taken')
      const task = { ...blank(id), title: command.title ?? '', created_by: actor }
      this.append(actor, 'task.created', task, { title: command.title ?? '' })
      return undefined
    }
    if (!('task_id' in command)) throw new Error(`${command.command} is not of this model`)
    const task = this.tasks().get(command.task_id)
    if (!task) return refusal('not_found', { status: 404 })
    if (command.command === 'update_task') return this.update(actor, task, command, ifMatch)
    if (command.command === 'delete_task') {
      if (!task.deleted_at) this.append(actor, 'task.deleted', task, { deleted_at: STAMP })
      return undefined
    }
    if (task.deleted_at) return refusal('deleted')
    if (command.command === 'add_comment') {
      this.append(actor, 'task.commented', task, { comments: task.comments + 1 }, command.body)
      return undefined
    }
    if (command.command === 'complete_task') {
      this.append(actor, 'task.completed', task, { completed_at: STAMP })
    } else this.append(actor, 'task.reopened', task, { completed_at: null })
    return undefined
  }

  private update(
    actor: string,
    task: Task,
    command: TaskPatch,
    ifMatch?: number,
  ): Sent | undefined {
    const { add_tags, remove_tags } = command
    const fields = Object.keys(shownFields(command, task))
    if (add_tags ?? remove_tags) fields.push('tags')
    if (this.stale(task, fields, ifMatch)) {
      return refusal('stale_version', { current_version: task.version })
    }
    if (task.deleted_at) return refusal('deleted')
    const tags = together(task.tags, add_tags, remove_tags).sort()
    const set = { ...shownFields(command, task), ...(equal(tags, task.tags) ? {} : { tags }) }
    this.append(actor, 'task.updated', task, set)
    return undefined
  }

  /** What was changed since a version, in the same fields. */
  private stale(task: Task, fields: readonly string[], ifMatch: number | undefined): boolean {
    if (ifMatch === undefined || ifMatch === task.version) return false
    const since = this.log.filter((one) => one.subject === task.task_id && one.version > ifMatch)
    const all = (one: Logged) => one.type === 'task.created' || one.type === 'task.deleted'
    return since.some((one) => all(one) || fields.some((field) => field in one.changed))
  }

  private append(actor: string, type: string, task: Task, set: Partial<Task>, said?: string) {
    const before = new Map(Object.entries(task))
    const entries = Object.entries(set).filter(
      ([name, to]) => type === 'task.created' || !equal(before.get(name), to),
    )
    if (entries.length === 0) return
    const changed = Object.fromEntries(
      entries.map(([name, to]) => [
        name,
        { from: type === 'task.created' ? undefined : before.get(name), to },
      ]),
    )
    const told: Logged['changed'] =
      said === undefined ? changed : { ...changed, comment: { from: undefined, to: said } }
    const version = task.version + 1
    const subject = task.task_id
    this.log.push({
      number: this.head + 1,
      type,
      subject,
      version,
      actor,
      changed: told,
    })
    this.states.push(new Map(this.tasks(this.head - 1)).set(subject, { ...task, ...set, version }))
  }

  /** What the socket says to whoever has everything up to `from`. */
  messages(from: readonly string[]): Message[] {
    const [first] = from
    const after = first === undefined ? this.head : Number(first.split(':')[1])
    const positions = [written(0, after)]
    const events = this.since(after)
    const hello: Message = { type: 'hello', positions, workspaces: [WORKSPACE] }
    return [hello, ...events, { type: 'caught_up', positions: [written(0, this.head)] }]
  }

  since(after: number): Message[] {
    return this.log.slice(after).map(({ number, type, subject }) => {
      const event: LiveEvent = { type, subject, workspaceid: WORKSPACE }
      return { type: 'event', position: written(0, number), event }
    })
  }

  /** A task as of a position. */
  find(id: string, at: number): Found {
    const key = taskKey(id)
    const task = this.tasks(at).get(id)
    if (!task) return { key, at, rows: [] }
    if (task.deleted_at) return { key, at, rows: [], trashed: task }
    return { key, at, rows: [rowOf(task, at)] }
  }

  /** A page of two rows. */
  page(load: Load, at: number): { rows: Row[]; cursor?: string } {
    const done = load.part === 'done'
    if (!done && load.part !== 'open') return { rows: [] }
    const all = [...this.tasks(at).values()]
      .filter((task) => !task.deleted_at && Boolean(task.completed_at) === done)
      .sort((one, other) => (one.task_id < other.task_id ? -1 : 1))
    const rest = all.filter((task) => load.cursor === undefined || task.task_id > load.cursor)
    const rows = rest.slice(0, 2)
    const last = rows.at(-1)
    const cursor = rest.length > 2 && last ? { cursor: last.task_id } : {}
    return { rows: rows.map((task) => rowOf(task, at)), ...cursor }
  }
}

export const rowOf = (task: Task, at: number): Row => ({
  key: taskKey(task.task_id),
  kind: 'task',
  workspace: WORKSPACE,
  at,
  value: task,
})

export const blank = (task_id: string): Task => ({
  task_id,
  workspace_id: WORKSPACE,
  title: '',
  description: '',
  priority: 'none',
  tags: [],
  reminders: [],
  blocked_by: [],
  blocked: false,
  comments: 0,
  subtasks: { open: 0, done: 0 },
  created_at: '',
  updated_at: '',
  version: 0,
  rank: 'a1',
})
