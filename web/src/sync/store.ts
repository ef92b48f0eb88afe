import { deleteDB, openDB } from 'idb'
import type { DBSchema, IDBPDatabase } from 'idb'
import { DONE_FOR } from './http'
import type { Conflict, Entry, Refused } from './outbox'
import type { Positions } from './positions'
import type { Row, WorkspaceId } from './rows'
import type { Batch, Stored } from './state'

/** Rows that are gone stay as such for a while: a page that lags behind must not bring them back. */
type Kept = { readonly key: string; readonly at: number; readonly row?: Row }
type Progress = {
  readonly positions: Positions
  readonly loaded: Readonly<Record<WorkspaceId, number>>
}

type Schema = DBSchema & {
  rows: { key: string; value: Kept }
  outbox: { key: string; value: Entry }
  conflicts: { key: string; value: Conflict }
  refused: { key: string; value: Refused }
  progress: { key: string; value: Progress }
}

const VERSION = 1
const STORES = ['rows', 'outbox', 'conflicts', 'refused', 'progress'] as const
const DAY = 86_400_000

/** The replica on disk (IndexedDB), one database a person. */
export class Store {
  private constructor(
    private readonly name: string,
    private readonly db: IDBPDatabase<Schema>,
  ) {}

  /** Opens it. Rejects where nothing can be stored, as in some private windows. */
  static async open(name: string): Promise<Store> {
    const db = await openDB<Schema>(name, VERSION, {
      upgrade(db, before) {
        if (before < 1) {
          db.createObjectStore('rows', { keyPath: 'key' })
          for (const store of ['outbox', 'conflicts', 'refused'] as const) {
            db.createObjectStore(store, { keyPath: 'id' })
          }
          db.createObjectStore('progress')
        }
      },
      blocking(_current, _blocked, event) {
        // A newer version of the app, or a sign-out in another tab, must not wait for this page.
        if (event.target instanceof IDBDatabase) event.target.close()
      },
    })
    return new Store(name, db)
  }

  /** Everything; what has become too old to be kept goes. */
  async load(now: number): Promise<Stored> {
    const tx = this.db.transaction(STORES, 'readwrite')
    const [kept, outbox, conflicts, refused, progress] = await Promise.all([
      tx.objectStore('rows').getAll(),
      tx.objectStore('outbox').getAll(),
      tx.objectStore('conflicts').getAll(),
      tx.objectStore('refused').getAll(),
      tx.objectStore('progress').get('all'),
    ])
    const old = new Date(now - DONE_FOR * DAY).toISOString()
    const [rows, gone]: [Row[], string[]] = [[], []]
    for (const { key, row } of kept) {
      if (row && !isOld(row, old)) rows.push(row)
      else gone.push(key)
    }
    await Promise.all([...gone.map((key) => tx.objectStore('rows').delete(key)), tx.done])
    const { positions, loaded } = progress ?? { positions: {}, loaded: {} }
    return { rows, outbox, conflicts, refused, positions, loaded }
  }

  /** The outbox alone: what other pages of this browser have done. */
  outbox(): Promise<Entry[]> {
    return this.db.getAll('outbox')
  }

  /** All of a batch or nothing: positions are never ahead of the rows. */
  async save(batch: Batch): Promise<void> {
    const tx = this.db.transaction(STORES, 'readwrite')
    const rows = tx.objectStore('rows')
    if (batch.wipe) await rows.clear()
    const kept: Kept[] = [
      ...batch.rows.map((row) => ({ key: row.key, at: row.at, row })),
      ...batch.gone.map(({ key, at }) => ({ key, at })),
    ]
    const writes: Promise<unknown>[] = kept.map(async (one) => {
      const before = await rows.get(one.key)
      if (!before || before.at <= one.at) await rows.put(one)
    })
    const outbox = tx.objectStore('outbox')
    const conflicts = tx.objectStore('conflicts')
    const refused = tx.objectStore('refused')
    writes.push(
      ...batch.outbox.map((entry) => outbox.put(entry)),
      ...batch.done.map((id) => outbox.delete(id)),
      ...batch.conflicts.map((one) => conflicts.put(one)),
      ...batch.resolved.map((id) => conflicts.delete(id)),
      ...batch.refused.map((one) => refused.put(one)),
      ...batch.dismissed.map((id) => refused.delete(id)),
    )
    const { positions, loaded } = batch
    if (positions && loaded) {
      const progress = tx.objectStore('progress')
      const before = batch.wipe ? undefined : await progress.get('all')
      const put = progress.put(behind(before, { positions, loaded }), 'all')
      writes.push(put)
    }
    await Promise.all([...writes, tx.done])
  }

  close() {
    this.db.close()
  }

  /** Nothing of it is left. */
  async wipe(): Promise<void> {
    this.db.close()
    await Store.remove(this.name)
  }

  static remove(name: string): Promise<void> {
    return deleteDB(name)
  }
}

/** Two pages write; the positions of the one that lags behind say nothing new. */
function behind(before: Progress | undefined, { positions, loaded }: Progress): Progress {
  const all = { ...before?.positions }
  for (const [name, number] of Object.entries(positions)) {
    const partition = Number(name)
    all[partition] = Math.max(all[partition] ?? 0, number)
  }
  return { positions: all, loaded }
}

const isOld = (row: Row, old: string): boolean =>
  row.kind === 'task' && typeof row.value.completed_at === 'string' && row.value.completed_at < old
