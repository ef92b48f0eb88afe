import { useSyncExternalStore } from 'react'

const NONE: ReadonlySet<string> = new Set()

/** The tasks that are chosen, to do something with all of them. */
export class Selection {
  chosen: ReadonlySet<string> = NONE
  /** Where a range begins, and what was chosen beside it. */
  private anchor: string | undefined
  private beside: ReadonlySet<string> = NONE
  private readonly listeners = new Set<() => void>()

  /** Chooses one more, or one less; a range goes on from there. */
  toggle(id: string): void {
    const next = new Set(this.chosen)
    if (!next.delete(id)) next.add(id)
    this.anchor = id
    this.beside = next
    this.set(next)
  }

  /** Chooses all from where the last one was chosen, or else from `start`, up to here. */
  extend(order: readonly string[], to: string, start: string): void {
    if (this.anchor === undefined || !order.includes(this.anchor)) this.anchor = start
    const [from, end] = [order.indexOf(this.anchor), order.indexOf(to)]
    const range = order.slice(Math.min(from, end), Math.max(from, end) + 1)
    this.set(new Set([...this.beside, ...range]))
  }

  all(order: readonly string[]): void {
    this.set(new Set(order))
  }

  clear(): void {
    this.anchor = undefined
    this.set(NONE)
  }

  /** Drops what is not shown any more. */
  keep(order: readonly string[]): void {
    if (this.chosen.size === 0) return
    const shown = new Set(order)
    const kept = [...this.chosen].filter((id) => shown.has(id))
    if (kept.length < this.chosen.size) this.set(new Set(kept))
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private set(next: ReadonlySet<string>): void {
    this.chosen = next.size === 0 ? NONE : next
    if (next.size === 0) this.beside = NONE
    for (const listener of this.listeners) listener()
  }
}

export const selection = new Selection()

export function useSelection(): ReadonlySet<string> {
  return useSyncExternalStore(
    selection.subscribe,
    () => selection.chosen,
    () => NONE,
  )
}

export function useIsChosen(id: string): boolean {
  return useSyncExternalStore(
    selection.subscribe,
    () => selection.chosen.has(id),
    () => false,
  )
}
