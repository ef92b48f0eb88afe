import type { Shared } from './state'

/**
 * The pages of one browser: one of them, which holds a lock, sends the outbox; what all share is told to the others.
 * Without locks (they need a secure context) every page sends: keys make that harmless.
 */
export class Tabs {
  private readonly channel: BroadcastChannel | undefined
  private readonly ending = new AbortController()

  constructor(
    private readonly name: string,
    heard: (shared: Shared) => void,
  ) {
    if (typeof BroadcastChannel === 'undefined') return
    this.channel = new BroadcastChannel(name)
    this.channel.addEventListener('message', (event: MessageEvent<Shared>) => heard(event.data))
  }

  /** Resolves when this page is the one that sends; it stays so until it ends. */
  lead(): Promise<void> {
    const locks = typeof navigator !== 'undefined' && 'locks' in navigator && navigator.locks
    if (!locks) return Promise.resolve()
    return new Promise((resolve) => {
      const held = () => {
        resolve()
        return new Promise<void>((release) => {
          this.ending.signal.addEventListener('abort', () => release())
        })
      }
      // It rejects when this page ends before it was its turn.
      locks.request(this.name, { signal: this.ending.signal }, held).catch(() => undefined)
    })
  }

  tell(shared: Shared) {
    this.channel?.postMessage(shared)
  }

  end() {
    this.ending.abort()
    this.channel?.close()
  }
}

/** What is told to the other pages; none when there is nothing. */
export function sharedOf({ outbox, done, conflicts, resolved, refused, dismissed }: Shared) {
  const shared = { outbox, done, conflicts, resolved, refused, dismissed }
  return Object.values(shared).some((list) => list.length > 0) ? shared : undefined
}
