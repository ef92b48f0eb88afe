import type { Command } from './commands'
import { subjects } from './commands'
import { equal } from './equal'
import { without } from './fields'
import { planned } from './merge'
import type { Conflict, Entry, Outcome } from './outbox'
import type { Key, Problem, WorkspaceId } from './rows'
import type { Failure, Input, Sent } from './state'
import type { Turn } from './turn'
import { readKey } from './turn'

/** Sends what is next in each workspace: one after the other, in the order in which it was done here. */
export function send(turn: Turn, now: number) {
  for (const [workspace, place] of turn.state.places) {
    const resting = place.load !== undefined || !place.loaded || place.waits.sends
    if (place.sending !== undefined || resting) continue
    sendNext(turn, workspace, now)
  }
}

function sendNext(turn: Turn, workspace: WorkspaceId, now: number) {
  for (;;) {
    const entry = turn.state.outbox.find((one) => one.workspace === workspace && !one.reply)
    if (!entry || staleKeys(turn, entry).length > 0) return
    if (entry.sent) {
      dispatch(turn, { ...entry, attempts: entry.attempts + 1 })
      return
    }
    const plan = planned(entry, turn.state.rows, turn.state.missed, now)
    if (plan.is === 'wait') {
      for (const key of plan.keys) turn.want(key, { workspace, at: 0 })
      return
    }
    for (const conflict of plan.conflicts) conflicted(turn, conflict)
    if (plan.is === 'send') {
      dispatch(turn, { ...plan.entry, attempts: entry.attempts + 1 })
      return
    }
    turn.dropEntry(entry.id)
    abandon(turn, entry.id)
    turn.settle(entry.id, { is: 'conflict', change: null })
  }
}

function dispatch(turn: Turn, entry: Entry) {
  turn.putEntry(entry)
  turn.setPlace(entry.workspace, { sending: entry.id })
  turn.effects.push({ do: 'send', entry })
}

/** What an entry is about and has to be read first: it was changed by the one before, or by somebody else. */
function staleKeys(turn: Turn, entry: Entry): Key[] {
  const keys = subjects(entry.command).map((key) => readKey(key, entry.workspace))
  return keys.filter((key) => !key.startsWith('comments/') && turn.state.wanted.has(key))
}

/** An edit of one's own edit that was in conflict is a part of the same conflict. */
function conflicted(turn: Turn, conflict: Conflict) {
  const before = turn.state.conflicts.find(
    (one) =>
      one.key === conflict.key && one.field === conflict.field && equal(one.mine, conflict.base),
  )
  if (!before) {
    turn.putConflict(conflict)
    return
  }
  const { mine, theirs, keepMine, at } = conflict
  turn.putConflict({ ...before, mine, theirs, keepMine, at })
}

export function sent(turn: Turn, input: Extract<Input, { is: 'sent' }>) {
  const { workspace, how } = input
  if (!turn.state.places.has(workspace)) return
  const place = { ...turn.place(workspace) }
  delete place.sending
  turn.state.places = new Map(turn.state.places).set(workspace, place)
  const entry = turn.state.outbox.find((one) => one.id === input.entry)
  if (!entry || entry.reply) return
  switch (how.is) {
    case 'stored':
      turn.succeeded(workspace, 'sends')
      turn.setPlace(workspace, { partition: how.partition })
      {
        stored(turn, entry, how)
        return
      }
    case 'understood': {
      turn.putEntry({ ...how.entry, attempts: 0 })
      return
    }
    case 'lost':
    case 'signed_out': {
      again(turn, workspace, how)
      return
    }
    case 'refused':
      turn.succeeded(workspace, 'sends')
      {
        refusedBy(turn, entry, how.problem, input.newKey)
        return
      }
  }
}

function again(turn: Turn, workspace: WorkspaceId, how: Failure) {
  if (how.is === 'signed_out') turn.state.signedIn = false
  else turn.failed(workspace, 'sends', how.is === 'lost' ? how.retryAfter : undefined)
}

function stored(turn: Turn, entry: Entry, how: Extract<Sent, { is: 'stored' }>) {
  acknowledged(turn, { ...entry, reply: { at: how.at, change: how.change } })
  for (const { index, problem } of how.refused) {
    const { workspace, command, made } = entry
    const one = command.command === 'bulk' ? command.commands[index] : undefined
    if (one) {
      turn.putRefused({ id: `${entry.id}/${index}`, workspace, command: one, problem, at: made })
    }
  }
  if (entry.command.command === 'add_comment' && how.comment) renamed(turn, entry.id, how.comment)
  for (const later of turn.state.outbox) {
    if (later.command.command !== 'undo' || later.command.of !== entry.id) continue
    if (how.change === null) turn.dropEntry(later.id)
    else turn.putEntry({ ...later, command: { command: 'undo', change_id: how.change } })
  }
}

/** It is on disk at the server. It is shown from here until the rows that it changed are read. */
export function acknowledged(turn: Turn, entry: Entry, keep = true) {
  turn.putEntry(entry, keep)
  const { reply, workspace } = entry
  if (!reply) return
  const is = entry.conflict ? 'conflict' : 'done'
  turn.settle(entry.id, { is, change: reply.change })
  for (const key of changedKeys(entry)) {
    const held = turn.state.rows.get(key)
    const unread = key.startsWith('comments/') && !held
    if (!unread && (!held || held.at < reply.at)) turn.want(key, { workspace, at: reply.at })
  }
}

const changedKeys = (entry: Entry): Set<Key> =>
  new Set(
    [...subjects(entry.command), ...entry.patches.map((patch) => patch.key)].map((key) =>
      readKey(key, entry.workspace),
    ),
  )

/** Entries whose changes the rows show are dropped. */
export function dropShown(turn: Turn) {
  for (const entry of turn.state.outbox) {
    if (!entry.reply || turn.place(entry.workspace).load) continue
    const waits = [...changedKeys(entry)].some((key) => turn.state.wanted.has(key))
    if (!waits) turn.dropEntry(entry.id)
  }
}

/** The server has named a comment: later commands say its name. */
function renamed(turn: Turn, entry: string, comment_id: string) {
  for (const later of turn.state.outbox) {
    const { command } = later
    const about = command.command === 'edit_comment' || command.command === 'delete_comment'
    if (about && command.comment_id === entry) {
      turn.putEntry({ ...later, command: { ...command, comment_id } })
    }
  }
}

function refusedBy(turn: Turn, entry: Entry, problem: Problem, newKey: string) {
  const anew = { ...without(entry, new Set(['sent'])), key: newKey }
  switch (problem.code) {
    case 'stale_version':
      turn.putEntry(anew)
      {
        renew(turn, entry, problem.current_version ?? undefined)
        return
      }
    case 'deleted':
      if (entry.command.command !== 'update_task') break
      turn.putEntry(anew)
      {
        renew(turn, entry)
        return
      }
    case 'idempotency_key_reused': {
      // An earlier request of this entry was stored whose answer and wording were lost.
      acknowledged(turn, { ...entry, reply: { at: seenIn(turn, entry), change: null } })
      return
    }
    case 'id_taken':
      // By the earlier try, if there was one.
      if (entry.attempts < 2) break
      {
        acknowledged(turn, { ...entry, reply: { at: seenIn(turn, entry), change: null } })
        return
      }
    case 'contention': {
      turn.failed(entry.workspace, 'sends')
      return
    }
    case 'invalid': {
      const command = withoutNeighbours(entry.command, problem)
      if (command) {
        turn.putEntry({ ...anew, command })
        return
      }
      break
    }
    default:
  }
  refuse(turn, entry, problem)
}

const seenIn = (turn: Turn, entry: Entry): number =>
  turn.state.seen[turn.place(entry.workspace).partition ?? 0] ?? 0

/**
 * What an entry is about has to be read anew, behind what is held of it: the server knows a later version. What was
 * read meanwhile may be that version already.
 */
function renew(turn: Turn, { command, workspace }: Entry, version = Infinity) {
  for (const key of subjects(command)) {
    const held = turn.state.rows.get(key)
    const known = held?.kind === 'task' || held?.kind === 'list' ? held.value.version : 0
    if (!held || known >= version) continue
    turn.want(readKey(key, workspace), { workspace, at: held.at + 1 })
  }
}

/** A neighbour went elsewhere at the same moment: the place is the last one then. */
function withoutNeighbours(command: Command, problem: Problem): Command | undefined {
  const codes = ['not_a_sibling', 'not_in_order']
  const neighbour = problem.errors?.some((fault) => codes.includes(fault.code))
  if (!neighbour || command.command !== 'move_task') return undefined
  return without(command, new Set(['after', 'before']))
}

function refuse(turn: Turn, entry: Entry, problem: Problem) {
  const { id, workspace, command, made } = entry
  turn.dropEntry(id)
  turn.putRefused({ id, workspace, command, problem, at: made })
  turn.settle(id, { is: 'refused', problem })
  abandon(turn, id)
}

/** What was to be taken back was never done. */
function abandon(turn: Turn, id: string) {
  const outcome: Outcome = { is: 'cancelled' }
  for (const later of turn.state.outbox) {
    if (later.command.command !== 'undo' || later.command.of !== id) continue
    turn.dropEntry(later.id)
    turn.settle(later.id, outcome)
  }
}
