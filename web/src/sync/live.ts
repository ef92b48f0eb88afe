import { positionOf } from './positions'
import type { Key, Rows, WorkspaceId } from './rows'
import { ME, WORKSPACES, taskKey, taskOf } from './rows'
import { startLoad } from './reading'
import type { LiveEvent, Message } from './state'
import type { Turn } from './turn'

/** Of no workspace: what is about the person. */
export const EVERYWHERE: WorkspaceId = ''

export function hear(turn: Turn, message: Message) {
  switch (message.type) {
    case 'hello': {
      hello(turn, message)
      return
    }
    case 'event': {
      happened(turn, message.position, message.event)
      return
    }
    case 'caught_up':
      turn.state.caughtUp = true
      for (const position of message.positions) reach(turn, position)
      return
    case 'joined':
      reach(turn, message.position, -1)
      turn.want(WORKSPACES, { workspace: EVERYWHERE, at: 0 })
      if (!turn.place(message.workspace).loaded) startLoad(turn, message.workspace)
      return
    case 'left':
      reach(turn, message.position)
      turn.want(WORKSPACES, { workspace: EVERYWHERE, at: 0 })
      {
        leave(turn, message.workspace)
        return
      }
    case 'ping':
      turn.effects.push({ do: 'pong' })
  }
}

function hello(turn: Turn, { positions, workspaces }: Extract<Message, { type: 'hello' }>) {
  const { state } = turn
  state.link = 'open'
  state.failures = 0
  state.polls = false
  for (const text of positions) {
    const position = positionOf(text)
    if (!position) continue
    const { partition, number } = position
    const seen = state.seen[partition]
    if (seen === undefined || number > seen) {
      // What lies between was never told.
      for (const [workspace, place] of state.places) {
        if (place.partition === partition) turn.setPlace(workspace, { loaded: false })
      }
    }
    if (seen === undefined || number > seen) state.seen = { ...state.seen, [partition]: number }
  }
  meet(turn, workspaces)
  for (const workspace of workspaces) {
    const { loaded, load } = turn.place(workspace)
    if (!loaded && !load) startLoad(turn, workspace)
  }
}

/** Without a socket nothing tells what changed: all is read again, and shown until then as it was. */
export function polled(turn: Turn, workspaces: readonly WorkspaceId[]) {
  if (turn.state.link === 'open') return
  turn.state.polls = true
  meet(turn, workspaces)
  for (const workspace of workspaces) {
    if (!turn.place(workspace).load) startLoad(turn, workspace)
  }
}

/** These are the workspaces of the person now. */
function meet(turn: Turn, workspaces: readonly WorkspaceId[]) {
  for (const workspace of turn.state.places.keys()) {
    if (workspace !== EVERYWHERE && !workspaces.includes(workspace)) leave(turn, workspace)
  }
  turn.setPlace(EVERYWHERE, { loaded: true })
  for (const key of [WORKSPACES, ME]) turn.want(key, { workspace: EVERYWHERE, at: 0 })
}

function happened(turn: Turn, text: string, event: LiveEvent) {
  const position = positionOf(text)
  if (!position) return
  const { partition, number } = position
  if (number <= (turn.state.seen[partition] ?? 0)) return
  reach(turn, text)
  const workspace = event.workspaceid
  if (!turn.state.places.has(workspace)) return
  if (turn.place(workspace).partition !== partition) turn.setPlace(workspace, { partition })
  const keys = touched(event, turn.state.rows)
  for (const key of keys) {
    const held = turn.state.rows.get(key)
    const personal = key === WORKSPACES || key === ME
    if (personal) turn.want(key, { workspace: EVERYWHERE, at: 0 })
    else if (!held || held.at < number) turn.want(key, { workspace, at: number })
  }
  turn.state.pending = [...turn.state.pending, { partition, number, keys }]
}

function reach(turn: Turn, text: string, less = 0) {
  const position = positionOf(text)
  if (!position) return
  const { partition, number } = position
  const seen = Math.max(turn.state.seen[partition] ?? 0, number + less)
  if (seen !== turn.state.seen[partition])
    turn.state.seen = { ...turn.state.seen, [partition]: seen }
}

/** Nothing of a workspace is to be seen any more; what was to be sent there is told as refused. */
function leave(turn: Turn, workspace: WorkspaceId) {
  const { state } = turn
  for (const row of state.rows.values()) {
    if (row.workspace === workspace) turn.dropRow(row.key, row.at)
  }
  for (const [key, want] of state.wanted) if (want.workspace === workspace) turn.unwant(key)
  const places = new Map(state.places)
  places.delete(workspace)
  state.places = places
  const problem = {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    code: 'not_found',
    detail: 'You are no member of this workspace any more.',
  }
  for (const entry of state.outbox.filter((one) => one.workspace === workspace)) {
    turn.dropEntry(entry.id)
    if (entry.reply) continue
    const { id, command, made } = entry
    turn.putRefused({ id, workspace, command, problem, at: made })
    turn.settle(id, { is: 'refused', problem })
  }
}

/** The rows that an event makes old. */
function touched(event: LiveEvent, rows: Rows): Key[] {
  const workspace = event.workspaceid
  const [subject, verb = ''] = event.type.split('.')
  switch (subject) {
    case 'task':
    case 'reminder':
      return touchedByTask(event, verb, rows)
    case 'list':
      return [`lists/${workspace}`]
    case 'workspace':
      if (verb.startsWith('filter')) return [`filters/${workspace}`]
      if (verb.startsWith('member')) return [`members/${workspace}`, WORKSPACES]
      return [WORKSPACES]
    case 'user':
      return [ME, `members/${workspace}`]
    case undefined:
    default:
      return []
  }
}

function touchedByTask(event: LiveEvent, verb: string, rows: Rows): Key[] {
  const id = event.subject
  const keys: Key[] = [taskKey(id)]
  if (verb.startsWith('comment') && rows.has(`comments/${id}`)) keys.push(`comments/${id}`)
  // The rows above count this one, and those that wait for it tell whether they still do.
  for (const parent of [event.parent, taskOf(rows, id)?.parent_id]) {
    if (parent && rows.has(taskKey(parent))) keys.push(taskKey(parent))
  }
  if (['completed', 'reopened', 'deleted', 'restored'].includes(verb)) {
    for (const row of rows.values()) {
      if (row.kind === 'task' && row.value.blocked_by.includes(id)) keys.push(row.key)
    }
  }
  return [...new Set(keys)]
}
