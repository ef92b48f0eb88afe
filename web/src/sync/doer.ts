import type { Command } from './commands'
import { subjects } from './commands'
import type { Ports } from './engine'
import { Journal, redoLast, undoLast } from './journal'
import type { Went } from './journal'
import type { Entry, Outcome, Patch } from './outbox'
import { effectOf } from './patches'
import { Presence } from './presence'
import { Replica } from './replica'
import type { ChangeId, WorkspaceId } from './rows'

/** A command that is shown already. */
export type Doing = {
  /** The task, list, filter or comment that it is about or makes; the first one of several. */
  readonly id: string
  /** Its entry in the outbox: what `undo` takes as long as the change has no id. */
  readonly entry: string
  readonly outcome: Promise<Outcome>
}

/** Changes that are remembered, to show their undo at once. */
const REMEMBERED = 200

/** Does commands, and takes them back. */
export class Doer extends Replica {
  private readonly recent = new Map<ChangeId, Entry>()
  protected readonly journal = new Journal()

  constructor(
    private readonly user: string,
    ports: Ports,
    wipeDisk: () => Promise<void>,
    protected readonly home: WorkspaceId,
    /** Who else is here. */
    readonly presence = new Presence(),
  ) {
    super(ports, wipeDisk)
  }

  /**
   * Takes back a change, or an entry of the outbox; without either, the last change of this person. What was not
   * sent yet just goes; else it is shown at once where it is known what the change did.
   */
  undo(what: { change?: ChangeId; entry?: string } = {}, workspace = this.home): Doing {
    const { outbox } = this.engine.state
    const queued = outbox.find((one) => one.id === what.entry && !one.reply)
    if (queued && this.mayCancel(queued)) {
      this.engine.input({ is: 'cancel', entry: queued.id })
      this.journal.undid(queued.id, queued.id)
      const outcome: Outcome = { is: 'done', change: null }
      return { id: '', entry: queued.id, outcome: Promise.resolve(outcome) }
    }
    if (queued) {
      const command: Command = { command: 'undo', of: queued.id }
      const undo = this.run(command, queued.workspace, '', queued.inverse)
      this.journal.undid(queued.id, undo.entry)
      return undo
    }
    const remembered = [...this.recent].find(([, entry]) => entry.id === what.entry)
    const change_id = what.change ?? remembered?.[0]
    if (what.entry !== undefined && change_id === undefined) {
      // It came to nothing. Without a name it would be another change that is taken back.
      this.journal.undid(what.entry, what.entry)
      return { id: '', entry: what.entry, outcome: Promise.resolve({ is: 'cancelled' }) }
    }
    const known = change_id ? this.recent.get(change_id) : undefined
    const command: Command = { command: 'undo', ...(change_id ? { change_id } : {}) }
    const undo = this.run(command, known?.workspace ?? workspace, '', known?.inverse)
    if (known) this.journal.undid(known.id, undo.entry)
    return undo
  }

  /** Takes back what was done last on this page; undefined when nothing is left of it. */
  undoLast(): Went | undefined {
    return undoLast(this.journal, this.hands)
  }

  /** Brings back what was taken back last on this page. */
  redoLast(): Went | undefined {
    return redoLast(this.journal, this.hands)
  }

  private readonly hands = {
    undo: (what: { entry: string }) => this.undo(what),
    redo: (change: ChangeId, workspace: WorkspaceId) => this.redo(change, workspace),
    again: (command: Command, workspace: WorkspaceId) =>
      this.enqueue(this.entry(command, workspace), ''),
    changeOf: (entry: string) => [...this.recent].find(([, { id }]) => id === entry)?.[0],
  }

  /** Brings back a change that was undone; without one, what this person undid last. */
  redo(change_id?: ChangeId, workspace = this.home): Doing {
    const known = change_id ? this.recent.get(change_id) : undefined
    const command: Command = { command: 'redo', ...(change_id ? { change_id } : {}) }
    return this.run(command, known?.workspace ?? workspace, '', known?.patches)
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

  protected run(
    command: Command,
    workspace: WorkspaceId,
    id: string,
    patches?: readonly Patch[],
  ): Doing {
    const entry = this.entry(command, workspace, patches)
    const ofTime = command.command === 'undo' || command.command === 'redo'
    if (!ofTime) this.journal.did([{ entry: entry.id, command, workspace }])
    return this.enqueue(entry, id)
  }

  protected enqueue(entry: Entry, id: string): Doing {
    const outcome = this.outcome(entry)
    this.engine.input({ is: 'enqueue', entry })
    return { id, entry: entry.id, outcome }
  }

  /** What it comes to, which is remembered for its undo. */
  protected async outcome(entry: Entry): Promise<Outcome> {
    const came = await this.engine.outcome(entry.id)
    this.remember(entry, came)
    this.journal.failed(entry.id, came)
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

  protected entry(command: Command, workspace: WorkspaceId, patches?: readonly Patch[]): Entry {
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
}
