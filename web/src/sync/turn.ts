import { equal } from './equal'
import type { Conflict, Entry, Outcome, Refused } from './outbox'
import type { Positions } from './positions'
import type { Key, Row, WorkspaceId } from './rows'
import type { Batch, Effect, Place, State, Want } from './state'
import { NEW_PLACE } from './state'

type Open = { -readonly [Name in keyof State]: State[Name] }

/** What is read instead of a row: some kinds are read as a whole. */
export function readKey(key: Key, workspace: WorkspaceId): Key {
  if (key.startsWith('list/')) return `lists/${workspace}`
  return key.startsWith('filter/') ? `filters/${workspace}` : key
}

/** One step of the machine under way: a state that is changed by copies, its effects, and what goes to disk. */
export class Turn {
  readonly effects: Effect[] = []
  readonly state: Open
  private readonly before: State
  private rows: Map<Key, Row> | undefined
  private wanted: Map<Key, Want> | undefined
  private readonly put = new Map<Key, Row>()
  private readonly gone = new Map<Key, number>()
  private readonly outbox = new Map<string, Entry>()
  private readonly done = new Set<string>()
  private readonly conflicts = new Map<string, Conflict>()
  private readonly resolved: string[] = []
  private readonly refused: Refused[] = []
  private readonly dismissed: string[] = []
  private wiped = false

  constructor(state: State) {
    this.before = state
    this.state = { ...state }
  }

  /** The state and the effects; what goes to disk comes first. */
  end(): [State, Effect[]] {
    const batch = this.batch()
    return [this.state, batch ? [{ do: 'store', batch }, ...this.effects] : this.effects]
  }

  // Rows

  putRow(row: Row) {
    const held = this.state.rows.get(row.key)
    if (held && held.at > row.at) return
    this.unmiss(row.key)
    // A row that says the same stays the same object.
    const value = held?.kind === row.kind && equal(held.value, row.value)
    if (held && value && held.at === row.at) return
    this.open().set(row.key, value ? { ...held, at: row.at } : row)
    this.put.set(row.key, row)
    this.gone.delete(row.key)
  }

  dropRow(key: Key, at: number) {
    const held = this.state.rows.get(key)
    if (held && held.at > at) return
    this.open().delete(key)
    this.put.delete(key)
    this.gone.set(key, at)
  }

  /** All rows are as old as can be: whatever comes is newer. */
  wipe() {
    const rows = [...this.state.rows].map(([key, row]): [Key, Row] => [key, { ...row, at: 0 }])
    this.rows = new Map(rows)
    this.state.rows = this.rows
    this.wiped = true
  }

  private open(): Map<Key, Row> {
    this.rows ??= new Map(this.state.rows)
    this.state.rows = this.rows
    return this.rows
  }

  miss(key: Key, trashed: Row | undefined) {
    const task = trashed?.kind === 'task' ? trashed.value : null
    this.state.missed = new Map(this.state.missed).set(key, task)
  }

  private unmiss(key: Key) {
    if (!this.state.missed.has(key)) return
    const missed = new Map(this.state.missed)
    missed.delete(key)
    this.state.missed = missed
  }

  /**
   * Wants a row as of `at`. One that is not held is wanted as of all that was told: what is older could bring back
   * what is gone.
   */
  want(key: Key, { workspace, at }: Want) {
    const { partition, reading } = this.place(workspace)
    const again = reading && partition === undefined
    const told = partition === undefined ? 0 : (this.state.seen[partition] ?? 0)
    const least = this.state.rows.has(key) ? at : Math.max(at, told)
    const before = this.state.wanted.get(key)
    if (before && before.at >= least && !again) return
    this.openWanted().set(key, { workspace, at: least, ...(again && { again }) })
  }

  unwant(key: Key) {
    if (this.state.wanted.has(key)) this.openWanted().delete(key)
  }

  private openWanted(): Map<Key, Want> {
    this.wanted ??= new Map(this.state.wanted)
    this.state.wanted = this.wanted
    return this.wanted
  }

  // Places

  place(workspace: WorkspaceId): Place {
    return this.state.places.get(workspace) ?? NEW_PLACE
  }

  setPlace(workspace: WorkspaceId, change: Partial<Place>) {
    const place = { ...this.place(workspace), ...change }
    this.state.places = new Map(this.state.places).set(workspace, place)
  }

  failed(workspace: WorkspaceId, what: 'reads' | 'sends', after?: number) {
    const { failures, waits } = this.place(workspace)
    const count = failures[what] + 1
    this.setPlace(workspace, {
      failures: { ...failures, [what]: count },
      waits: { ...waits, [what]: true },
    })
    const retry = after === undefined ? {} : { after }
    this.effects.push({ do: 'ring', timer: `${what}/${workspace}`, failures: count, ...retry })
  }

  succeeded(workspace: WorkspaceId, what: 'reads' | 'sends') {
    const { failures } = this.place(workspace)
    if (failures[what] > 0) this.setPlace(workspace, { failures: { ...failures, [what]: 0 } })
  }

  // Outbox

  putEntry(entry: Entry, keep = true) {
    const others = this.state.outbox.filter((one) => one.id !== entry.id)
    const behind = others.findIndex((one) => one.id > entry.id)
    const place = behind < 0 ? others.length : behind
    this.state.outbox = others.toSpliced(place, 0, entry)
    if (keep) this.outbox.set(entry.id, entry)
  }

  dropEntry(id: string, keep = true) {
    this.state.outbox = this.state.outbox.filter((one) => one.id !== id)
    this.outbox.delete(id)
    if (keep) this.done.add(id)
  }

  settle(entry: string, outcome: Outcome) {
    this.effects.push({ do: 'settle', entry, outcome })
  }

  putConflict(conflict: Conflict, keep = true) {
    const others = this.state.conflicts.filter((one) => one.id !== conflict.id)
    this.state.conflicts = [...others, conflict]
    if (keep) this.conflicts.set(conflict.id, conflict)
  }

  dropConflict(id: string, keep = true) {
    this.state.conflicts = this.state.conflicts.filter((one) => one.id !== id)
    this.conflicts.delete(id)
    if (keep) this.resolved.push(id)
  }

  putRefused(refused: Refused, keep = true) {
    const others = this.state.refused.filter((one) => one.id !== refused.id)
    this.state.refused = [...others, refused]
    if (keep) this.refused.push(refused)
  }

  dropRefused(id: string, keep = true) {
    this.state.refused = this.state.refused.filter((one) => one.id !== id)
    if (keep) this.dismissed.push(id)
  }

  // Disk

  private batch(): Batch | undefined {
    const batch = {
      rows: [...this.put.values()],
      gone: [...this.gone].map(([key, at]) => ({ key, at })),
      outbox: [...this.outbox.values()],
      done: [...this.done],
      conflicts: [...this.conflicts.values()],
      resolved: this.resolved,
      refused: this.refused,
      dismissed: this.dismissed,
    }
    const { positions, places } = this.state
    const moved = positions !== this.before.positions
    const nothing = Object.values(batch).every((list) => list.length === 0)
    if (nothing && !moved && !this.wiped) return undefined
    return {
      ...batch,
      ...(moved ? { positions, loaded: loadedOf(places) } : {}),
      ...(this.wiped ? { wipe: true } : {}),
    }
  }

  setPositions(positions: Positions) {
    if (!equal(positions, this.state.positions)) this.state.positions = positions
  }
}

function loadedOf(places: State['places']): Record<WorkspaceId, number> {
  const loaded = [...places].flatMap(([workspace, { loaded, partition }]) =>
    loaded && partition !== undefined ? [[workspace, partition] as const] : [],
  )
  return Object.fromEntries(loaded)
}
