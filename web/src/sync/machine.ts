import { hear, polled, EVERYWHERE } from './live'
import type { Entry } from './outbox'
import { listed } from './positions'
import type { Positions } from './positions'
import { ask, page, read, unread } from './reading'
import { acknowledged, dropShown, send, sent } from './sending'
import type { Effect, Input, Shared, State, Timer } from './state'
import { NEW_PLACE } from './state'
import { Turn } from './turn'

/**
 * One step of sync: no I/O, no clock, no randomness. `now` is in ms. The effects are to be carried out in their
 * order: what is stored is stored before anything behind it is sent.
 */
export function step(state: State, input: Input, now: number): [State, Effect[]] {
  const turn = new Turn(state)
  take(turn, input)
  advance(turn)
  dropShown(turn)
  if (turn.state.started && turn.state.online && turn.state.signedIn) {
    connect(turn)
    ask(turn)
    if (turn.state.leads) send(turn, now)
    // What is to be sent may have to be read first.
    ask(turn)
  }
  return turn.end()
}

function take(turn: Turn, input: Input) {
  const { state } = turn
  switch (input.is) {
    case 'started': {
      start(turn, input)
      return
    }
    case 'leads':
      state.leads = true
      for (const entry of input.outbox ?? []) adopt(turn, entry)
      return
    case 'online': {
      setOnline(turn, input.online)
      return
    }
    case 'signed_in':
      state.signedIn = true
      {
        wake(turn)
        return
      }
    case 'enqueue': {
      turn.putEntry(input.entry)
      return
    }
    case 'cancel': {
      cancel(turn, input.entry)
      return
    }
    case 'resolve':
      turn.dropConflict(input.conflict)
      for (const entry of input.entries) turn.putEntry(entry)
      return
    case 'dismiss': {
      turn.dropRefused(input.refused)
      return
    }
    case 'reconsider':
      if (input.conflict) turn.putConflict(input.conflict)
      if (input.refused) turn.putRefused(input.refused)
      return
    case 'want':
      for (const key of input.keys) turn.want(key, { workspace: input.workspace, at: 0 })
      return
    case 'opened':
      state.caughtUp = false
      return
    case 'closed': {
      closed(turn, input.reachable ?? false)
      return
    }
    case 'polled': {
      polled(turn, input.workspaces)
      return
    }
    case 'ahead': {
      beginAnew(turn)
      return
    }
    case 'said': {
      hear(turn, input.message)
      return
    }
    case 'read':
      if (state.places.has(input.workspace)) read(turn, input)
      return
    case 'page':
      if (state.places.has(input.workspace)) page(turn, input)
      return
    case 'unread': {
      notRead(turn, input)
      return
    }
    case 'sent': {
      sent(turn, input)
      return
    }
    case 'rang': {
      ring(turn, input.timer)
      return
    }
    case 'peer': {
      share(turn, input.shared)
      return
    }
    case 'unstored':
      // No other page finds what is only here.
      state.storage = 'memory'
      state.leads = true
      return
  }
}

function start(turn: Turn, { stored, storage }: Extract<Input, { is: 'started' }>) {
  const { state } = turn
  state.started = true
  state.storage = storage
  const places = new Map([[EVERYWHERE, NEW_PLACE]])
  if (stored) {
    state.rows = new Map(stored.rows.map((row) => [row.key, row]))
    for (const entry of stored.outbox) turn.putEntry(entry, false)
    state.conflicts = [...state.conflicts, ...stored.conflicts]
    state.refused = [...state.refused, ...stored.refused]
    state.positions = stored.positions
    state.seen = stored.positions
    for (const [workspace, partition] of Object.entries(stored.loaded)) {
      places.set(workspace, { ...NEW_PLACE, loaded: true, partition })
    }
    // What was acknowledged is shown when its rows are there; the events since tell of them.
    for (const entry of stored.outbox) if (entry.reply) acknowledged(turn, entry, false)
  }
  state.places = places
}

function setOnline(turn: Turn, online: boolean) {
  turn.state.online = online
  if (online) {
    wake(turn)
    return
  }
  if (turn.state.link === 'off') return
  turn.state.link = 'off'
  turn.effects.push({ do: 'disconnect' })
}

/** Whatever waits tries again now. */
function wake(turn: Turn) {
  if (turn.state.link === 'waiting') turn.state.link = 'off'
  turn.state.failures = 0
  for (const workspace of turn.state.places.keys()) {
    turn.setPlace(workspace, { failures: NEW_PLACE.failures, waits: NEW_PLACE.waits })
  }
}

function connect(turn: Turn) {
  if (turn.state.link !== 'off') return
  turn.state.link = 'connecting'
  turn.effects.push({ do: 'connect', from: listed(turn.state.seen) })
}

/** So many tries without a socket, while requests get through, and it is taken that there is none to be had. */
const NO_SOCKET = 3

function closed(turn: Turn, reachable: boolean) {
  const { state } = turn
  state.caughtUp = false
  if (state.link === 'off') return
  state.link = 'waiting'
  state.failures += 1
  if (reachable && state.failures >= NO_SOCKET) turn.effects.push({ do: 'poll' })
  turn.effects.push({ do: 'ring', timer: 'connect', failures: state.failures })
}

/** The log of the server is not the one that was followed: all is read anew, what is shown stays until then. */
function beginAnew(turn: Turn) {
  const { state } = turn
  turn.wipe()
  state.seen = {}
  state.pending = []
  state.wanted = new Map()
  state.missed = new Map()
  state.positions = {}
  state.places = new Map([...state.places.keys()].map((workspace) => [workspace, NEW_PLACE]))
  for (const entry of state.outbox) if (entry.reply) turn.dropEntry(entry.id)
  if (state.link !== 'off') turn.effects.push({ do: 'disconnect' })
  state.link = 'off'
}

function notRead(turn: Turn, { workspace, run, failure }: Extract<Input, { is: 'unread' }>) {
  if (!turn.state.places.has(workspace)) return
  const ahead = failure.is === 'refused' && failure.problem.code === 'position_ahead'
  if (ahead) {
    beginAnew(turn)
    return
  }
  // A cursor may be too old: the workspace is read from its first page.
  const { load } = turn.place(workspace)
  if (failure.is === 'refused' && load && load.run === run) {
    turn.setPlace(workspace, {
      load: { run: load.run, at: load.at, part: 'open', keys: new Set() },
    })
  }
  unread(turn, workspace, failure)
}

function ring(turn: Turn, timer: Timer) {
  if (timer === 'connect') {
    if (turn.state.link === 'waiting') turn.state.link = 'off'
    return
  }
  const slash = timer.indexOf('/')
  const workspace = timer.slice(slash + 1)
  if (!turn.state.places.has(workspace)) return
  const what = timer.startsWith('reads') ? 'reads' : 'sends'
  const { waits } = turn.place(workspace)
  turn.setPlace(workspace, { waits: { ...waits, [what]: false } })
}

/** Only what was never sent can be taken back without the server. */
function cancel(turn: Turn, id: string) {
  const entry = turn.state.outbox.find((one) => one.id === id)
  if (!entry || entry.sent || entry.reply) return
  turn.dropEntry(id)
  turn.settle(id, { is: 'cancelled' })
}

/** Another page of this browser has changed what all of them share. */
function share(turn: Turn, shared: Shared) {
  for (const entry of shared.outbox) adopt(turn, entry)
  for (const id of shared.done) {
    const held = turn.state.outbox.find((one) => one.id === id)
    const busy = turn.place(held?.workspace ?? '').sending === id
    // What is acknowledged is dropped when the rows of this page show it.
    if (held && !held.reply && !busy) turn.dropEntry(id, false)
  }
  for (const conflict of shared.conflicts) turn.putConflict(conflict, false)
  for (const id of shared.resolved) turn.dropConflict(id, false)
  for (const refused of shared.refused) {
    turn.putRefused(refused, false)
    turn.settle(refused.id, { is: 'refused', problem: refused.problem })
  }
  for (const id of shared.dismissed) turn.dropRefused(id, false)
}

function adopt(turn: Turn, entry: Entry) {
  const held = turn.state.outbox.find((one) => one.id === entry.id)
  if (held?.reply) return
  if (entry.reply) {
    acknowledged(turn, entry, false)
    return
  }
  const busy = turn.place(entry.workspace).sending === entry.id
  // Whoever sends may have put names of the server into it.
  if (!held || (!busy && entry.attempts >= held.attempts)) turn.putEntry(entry, false)
}

/** Events whose rows are read are done with; the positions are those before the first one that is not. */
function advance(turn: Turn) {
  const { state } = turn
  if (state.pending.length > 0) {
    const open = state.pending.filter(({ keys }) => keys.some((key) => state.wanted.has(key)))
    if (open.length < state.pending.length) state.pending = open
  }
  const loading = [...state.places].some(([name, { loaded }]) => name !== EVERYWHERE && !loaded)
  const again = [...state.places.values()].some(({ load }) => load !== undefined)
  if (loading || again || state.link === 'off') return
  const positions: Record<number, number> = { ...state.seen }
  for (const { partition, number } of state.pending) {
    positions[partition] = Math.min(positions[partition] ?? number - 1, number - 1)
  }
  turn.setPositions(behind(state.positions, positions))
}

/** Positions never go back. */
function behind(before: Positions, now: Positions): Positions {
  const moved = Object.entries(now).map(([partition, number]): [number, number] => {
    const key = Number(partition)
    return [key, Math.max(before[key] ?? 0, number)]
  })
  return Object.fromEntries(moved)
}
