import { useSyncExternalStore } from 'react'
import { fields, type Field } from './columns'

/** By what each page is shown as a board on this device; pages that are not in it are lists. */
type Views = Readonly<Record<string, Field>>

const KEY = 'taskfold.views'
const listeners = new Set<() => void>()
const NONE: Views = {}
let current: Views | undefined

function stored(): Views {
  try {
    const entry: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    if (typeof entry !== 'object' || entry === null) return NONE
    return Object.fromEntries(
      Object.entries(entry).flatMap(([page, by]) => {
        const field = fields.find((each) => each === by)
        return field === undefined ? [] : [[page, field] as const]
      }),
    )
  } catch {
    // Storage may be forbidden or hold what is not ours.
    return NONE
  }
}

const views = (): Views => (current ??= stored())

function show(page: string, by: Field | null): void {
  const next = Object.entries(views()).filter(([name]) => name !== page)
  current = Object.fromEntries(by === null ? next : [...next, [page, by]])
  try {
    localStorage.setItem(KEY, JSON.stringify(current))
  } catch {
    // Then it holds until the page is left.
  }
  for (const listener of listeners) listener()
}

function watch(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** By what a page is shown as a board, and how to show it otherwise; null is as a list. */
export function useBoardField(page: string): [Field | null, (by: Field | null) => void] {
  const all = useSyncExternalStore(watch, views, () => NONE)
  return [all[page] ?? null, (by) => show(page, by)]
}
