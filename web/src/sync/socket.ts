import type { LiveEvent, Message } from './state'

/** The part of a WebSocket that is used. */
export type Wire = {
  send(text: string): void
  close(): void
  addEventListener(type: 'open' | 'close', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
}

export type SocketEvents = {
  opened(): void
  said(message: Message): void
  closed(opened: boolean): void
}

/** Nothing was heard for so long (ms): the server pings every 25 s. */
const SILENCE = 60_000
/** An answer to a ping of ours, or to the handshake, comes within this (ms). */
const PATIENCE = 10_000

/** One live socket. Nothing is told after `closed`. */
export class LiveSocket {
  private readonly wire: Wire
  private opened = false
  private over = false
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    wire: Wire,
    private readonly events: SocketEvents,
  ) {
    this.wire = wire
    this.expect(PATIENCE)
    wire.addEventListener('open', () => {
      if (this.over) return
      this.opened = true
      this.expect(SILENCE)
      events.opened()
    })
    wire.addEventListener('message', ({ data }) => {
      if (this.over) return
      this.expect(SILENCE)
      const message = typeof data === 'string' ? messageOf(data) : undefined
      if (message) events.said(message)
    })
    wire.addEventListener('close', () => this.end())
  }

  pong() {
    if (this.opened) this.wire.send('{"type":"pong"}')
  }

  /** Whether the other side is still there: it has to answer soon. */
  check() {
    if (!this.opened || this.over) return
    this.wire.send('{"type":"ping"}')
    this.expect(PATIENCE)
  }

  /** Ends it; nothing more is told. */
  close() {
    this.over = true
    clearTimeout(this.timer)
    this.wire.close()
  }

  private expect(within: number) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.end(), within)
  }

  private end() {
    if (this.over) return
    this.close()
    this.events.closed(this.opened)
  }
}

/** A message of the server; none when it says nothing that sync knows. */
function messageOf(text: string): Message | undefined {
  const said = parsed(text)
  switch (textOf(said, 'type')) {
    case 'hello':
      return {
        type: 'hello',
        positions: texts(said, 'positions'),
        workspaces: texts(said, 'workspaces'),
      }
    case 'caught_up':
      return { type: 'caught_up', positions: texts(said, 'positions') }
    case 'ping':
      return { type: 'ping' }
    case 'joined':
      return { type: 'joined', ...place(said) }
    case 'left':
      return { type: 'left', ...place(said) }
    case 'event': {
      const event = eventOf(said?.['event'])
      return event && { type: 'event', position: textOf(said, 'position') ?? '', event }
    }
    case undefined:
    default:
      return undefined
  }
}

function eventOf(value: unknown): LiveEvent | undefined {
  const event = record(value)
  const type = textOf(event, 'type')
  const subject = textOf(event, 'subject')
  const workspaceid = textOf(event, 'workspaceid')
  if (type === undefined || subject === undefined || workspaceid === undefined) return undefined
  const parent = textOf(record(record(event?.['data'])?.['payload']), 'parent_id')
  return { type, subject, workspaceid, ...(parent === undefined ? {} : { parent }) }
}

const place = (said: Fields | undefined) => ({
  position: textOf(said, 'position') ?? '',
  workspace: textOf(said, 'workspace') ?? '',
})

type Fields = Readonly<Record<string, unknown>>

export function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return record(value)
  } catch {
    return undefined
  }
}

export const record = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null ? { ...value } : undefined

export function textOf(fields: Fields | undefined, name: string): string | undefined {
  const value = fields?.[name]
  return typeof value === 'string' ? value : undefined
}

function texts(fields: Fields | undefined, name: string): string[] {
  const value = fields?.[name]
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
