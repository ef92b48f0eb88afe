import { useLayoutEffect, useRef, useState, type FocusEvent, type RefObject } from 'react'

/**
 * Where the keyboard is in a list of which only a part is in the page. When the task with the focus goes, the focus
 * comes to the one that takes its place.
 */
export function useListFocus(
  listRef: RefObject<HTMLElement | null>,
  order: readonly string[],
  scrollTo: (id: string) => void,
) {
  const [wanted, setWanted] = useState<string>()
  const [before, setBefore] = useState(order)
  /** Whether the focus was in the list when it was last known to be somewhere. */
  const inside = useRef(false)
  const pending = useRef<string>(undefined)
  const last = useRef<string>(undefined)

  let current = wanted
  if (before !== order && !sameOrder(before, order)) {
    setBefore(order)
    if (wanted !== undefined && !order.includes(wanted)) {
      current = inPlaceOf(wanted, before, order)
      setWanted(current)
    }
  }

  useLayoutEffect(() => {
    const { activeElement } = document
    const lost = inside.current && (activeElement === null || activeElement === document.body)
    const gone = last.current !== undefined && !order.includes(last.current)
    last.current = current
    if (lost && gone) pending.current = current
    if (pending.current === undefined) return
    const link = linkOf(listRef.current, pending.current)
    if (link === null) return
    pending.current = undefined
    link.focus({ preventScroll: true })
  })

  return {
    current: current ?? order[0],
    focus: (id: string | undefined) => {
      if (id === undefined || !order.includes(id)) return
      setWanted(id)
      scrollTo(id)
      // It may come into the page only after the list was drawn where it was scrolled to.
      const link = linkOf(listRef.current, id)
      if (link === null) pending.current = id
      else link.focus({ preventScroll: true })
    },
    onFocus: (event: FocusEvent) => {
      inside.current = true
      const id = event.target.closest<HTMLElement>('[data-task]')?.dataset['task']
      if (id !== undefined) setWanted(id)
    },
    onBlur: (event: FocusEvent) => {
      // A row that is taken away leaves the focus to nobody.
      if (event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget))
        inside.current = false
    },
  }
}

function linkOf(list: HTMLElement | null, id: string): HTMLElement | null {
  return list?.querySelector<HTMLElement>(`[data-task="${CSS.escape(id)}"] a`) ?? null
}

const sameOrder = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((id, at) => id === other[at])

/** The next one that is still there, or else the last before it. */
function inPlaceOf(gone: string, before: readonly string[], now: readonly string[]) {
  const left = new Set(now)
  const at = before.indexOf(gone)
  return (
    before.slice(at + 1).find((id) => left.has(id)) ??
    before.slice(0, Math.max(at, 0)).findLast((id) => left.has(id))
  )
}
