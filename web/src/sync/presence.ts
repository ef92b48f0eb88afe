import type { TaskId, WorkspaceId } from './rows'
import { parsed, record, textOf } from './socket'
import type { Wire } from './socket'

/** Where somebody is in a workspace: on which task, and which of its fields they are about to change. */
type Whereabouts = { readonly task?: TaskId; readonly field?: string }

/** Somebody who is in a workspace now, in as many places as they have windows. */
export type Present = { readonly user: string; readonly places: readonly Whereabouts[] }

type Here = Whereabouts & { readonly workspace: WorkspaceId }

const NOBODY: readonly Present[] = []

/** Moves that follow each other faster than this (ms) are told as one: the server takes a hundred in 20 s. */
const PAUSE = 400

/** Who is where, told over the live socket and forgotten with it. Nothing of it is a row, and nothing is stored. */
export class Presence {
  private wire: Wire | undefined
  private here: Here | undefined
  private told = ''
  private timer: ReturnType<typeof setTimeout> | undefined
  private shown: { workspace: WorkspaceId; people: readonly Present[] } | undefined
  private readonly listeners = new Set<() => void>()

  /** Goes with a socket until it closes. */
  follow(wire: Wire): void {
    wire.addEventListener('message', ({ data }) => {
      const said = typeof data === 'string' ? parsed(data) : undefined
      const type = textOf(said, 'type')
      if (type === 'presence') this.show(textOf(said, 'workspace') ?? '', said?.['people'])
      // A workspace can be named once the socket follows it.
      if (type !== 'hello' && type !== 'joined') return
      this.wire = wire
      this.told = ''
      this.tell()
    })
    wire.addEventListener('close', () => {
      if (this.wire !== wire) return
      this.wire = undefined
      this.show('', [])
    })
  }

  /** Where this window is; nowhere when it is nothing. */
  move(here: Here | undefined): void {
    this.here = here
    this.timer ??= setTimeout(() => this.tell(), PAUSE)
  }

  /** Who is in a workspace, oneself too; nobody as long as it is not known. */
  people = (workspace: WorkspaceId): readonly Present[] =>
    this.shown?.workspace === workspace ? this.shown.people : NOBODY

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private tell(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const text = JSON.stringify({ type: 'presence', ...this.here })
    if (this.wire === undefined || text === this.told) return
    this.wire.send(text)
    this.told = text
  }

  private show(workspace: WorkspaceId, people: unknown): void {
    this.shown = { workspace, people: Array.isArray(people) ? people.flatMap(presentOf) : NOBODY }
    for (const listener of this.listeners) listener()
  }
}

function presentOf(value: unknown): Present[] {
  const fields = record(value)
  const user = textOf(fields, 'user')
  const places = fields?.['places']
  if (user === undefined) return []
  return [{ user, places: Array.isArray(places) ? places.map(whereaboutsOf) : [] }]
}

function whereaboutsOf(value: unknown): Whereabouts {
  const fields = record(value)
  const task = textOf(fields, 'task')
  const field = textOf(fields, 'field')
  return { ...(task !== undefined && { task }), ...(field !== undefined && { field }) }
}
