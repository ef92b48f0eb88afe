import { written } from './positions'
import type { Key, Row, WorkspaceId } from './rows'
import type { Failure, Found, Input, Load, Place } from './state'
import { LOAD_PARTS } from './state'
import type { Turn } from './turn'

/** Keys of one read. */
const BATCH = 100

/** So many rows of a workspace that are to be read one by one, and all of it is read by pages instead. */
const TOO_MANY = 300

type Of<Is extends Input['is']> = Extract<Input, { is: Is }>

/** Begins to read all of a workspace: as of all that was told so far, or later. */
export function startLoad(turn: Turn, workspace: WorkspaceId) {
  const run = turn.state.runs + 1
  turn.state.runs = run
  const { partition } = turn.place(workspace)
  const at = partition === undefined ? undefined : (turn.state.seen[partition] ?? 0)
  turn.setPlace(workspace, { load: { run, part: 'open', at, keys: new Set() } })
  // All of it is read anyway.
  for (const [key, want] of turn.state.wanted) {
    if (want.workspace === workspace && !key.startsWith('comments/')) turn.unwant(key)
  }
}

/** Asks for what is missing, one request a workspace at a time: what comes meanwhile goes with the next one. */
export function ask(turn: Turn) {
  const { state } = turn
  for (const workspace of state.places.keys()) {
    const wants = [...state.wanted].filter(([, want]) => want.workspace === workspace)
    if (wants.length > TOO_MANY && !turn.place(workspace).load) startLoad(turn, workspace)
    const place = turn.place(workspace)
    if (place.reading || place.waits.reads) continue
    if (place.load) {
      turn.setPlace(workspace, { reading: true })
      const position = positionFor(turn, place, place.load.at)
      turn.effects.push({ do: 'page', workspace, load: place.load, ...position })
      continue
    }
    if (!place.loaded || wants.length === 0) continue
    const some = wants.slice(0, BATCH)
    const at = Math.max(...some.map(([, want]) => want.at))
    turn.setPlace(workspace, { reading: true })
    const keys = some.map(([key]) => key)
    turn.effects.push({ do: 'read', workspace, keys, ...positionFor(turn, place, at) })
  }
}

/** Where an answer has to be: all that was told, when it is not known where the rows are. */
function positionFor(turn: Turn, place: Place, at: number | undefined): { position?: string } {
  const known = Object.keys(turn.state.seen)
  const partition = place.partition ?? (known.length === 1 ? Number(known[0]) : undefined)
  if (partition === undefined) return {}
  const number = (place.partition === undefined ? undefined : at) ?? turn.state.seen[partition]
  return number ? { position: written(partition, number) } : {}
}

export function read(turn: Turn, { workspace, partition, found }: Of<'read'>) {
  turn.setPlace(workspace, { reading: false })
  turn.succeeded(workspace, 'reads')
  let late = false
  for (const one of found) {
    const want = turn.state.wanted.get(one.key)
    keep(turn, workspace, one)
    if (!want) continue
    const comparable = partition === turn.place(workspace).partition
    // What is about the person is in another partition, maybe, and its numbers say nothing here.
    if (comparable && one.at < want.at) late = true
    else turn.unwant(one.key)
    if (want.again) turn.want(one.key, { workspace, at: 0 })
  }
  // The server did not have it yet: at once would only keep it busy.
  if (late) turn.failed(workspace, 'reads')
}

function keep(turn: Turn, workspace: WorkspaceId, { key, at, rows, trashed }: Found) {
  for (const row of rows) turn.putRow(row)
  const kind = key.startsWith('lists/') ? 'list' : key.startsWith('filters/') ? 'filter' : undefined
  if (kind) {
    const there = new Set(rows.map((row) => row.key))
    for (const row of turn.state.rows.values()) {
      const here = row.kind === kind && row.workspace === workspace
      if (here && !there.has(row.key)) turn.dropRow(row.key, at)
    }
    return
  }
  if (rows.length > 0) return
  if (turn.state.rows.has(key)) turn.dropRow(key, at)
  const row: Row | undefined = trashed && { key, kind: 'task', workspace, at, value: trashed }
  if (key.startsWith('task/')) turn.miss(key, row)
}

export function page(turn: Turn, { workspace, run, at, partition, rows, cursor }: Of<'page'>) {
  const place = turn.place(workspace)
  if (place.load?.run !== run) {
    unclaimed(turn, workspace, place)
    return
  }
  turn.setPlace(workspace, { reading: false, partition })
  turn.succeeded(workspace, 'reads')
  const least = place.load.at ?? turn.state.seen[partition] ?? 0
  if (at < least) {
    // The partition was not known when it was asked for: once more, with its position.
    turn.setPlace(workspace, { load: { ...place.load, at: least } })
    return
  }
  for (const row of rows) turn.putRow(row)
  const keys = new Set([...place.load.keys, ...rows.map((row) => row.key)])
  const next = following({ ...place.load, at: least, keys }, cursor)
  if (next) turn.setPlace(workspace, { load: next })
  else finish(turn, workspace, keys, at)
}

/** An answer to a load that was begun anew since. */
function unclaimed(turn: Turn, workspace: WorkspaceId, place: Place) {
  if (turn.state.places.has(workspace) && place.reading)
    turn.setPlace(workspace, { reading: false })
}

function following(load: Load, cursor: string | undefined): Load | undefined {
  const { run, at, keys } = load
  if (cursor !== undefined) return { run, at, keys, part: load.part, cursor }
  const part = LOAD_PARTS[LOAD_PARTS.indexOf(load.part) + 1]
  return part && { run, at, keys, part }
}

/** What was not found is not there any more. */
function finish(turn: Turn, workspace: WorkspaceId, keys: ReadonlySet<Key>, at: number) {
  for (const row of turn.state.rows.values()) {
    const here = row.workspace === workspace && !keys.has(row.key)
    if (here && !turn.state.wanted.has(row.key)) turn.dropRow(row.key, at)
  }
  const { partition } = turn.place(workspace)
  const place = { ...turn.place(workspace), loaded: true }
  delete place.load
  const places = new Map(turn.state.places)
  turn.state.places = places.set(workspace, place)
  // A new workspace is told of on disk even if the position does not move.
  if (partition !== undefined) turn.state.positions = { ...turn.state.positions }
}

export function unread(turn: Turn, workspace: WorkspaceId, failure: Failure) {
  turn.setPlace(workspace, { reading: false })
  if (failure.is === 'signed_out') {
    turn.state.signedIn = false
    return
  }
  turn.failed(workspace, 'reads', failure.is === 'lost' ? failure.retryAfter : undefined)
}
