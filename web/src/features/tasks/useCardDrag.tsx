'use client'

import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react'
import { createPortal } from 'react-dom'
import { GestureWatch, type Gestures } from './gestures'

export type Drop = {
  /** The task. */
  id: string
  /** What the element says by `data-drop` that it was dropped on. */
  place: string
  /** The task before which it was dropped; null is behind all. */
  before: string | null
}

const noop = () => undefined

/**
 * Dragging cards, `[data-task]`, within an element onto whatever says `data-drop`. The element under the pointer bears
 * `data-over`. Gives the id of the task that is dragged, and what to draw for it.
 */
export function useCardDrag(
  ref: RefObject<HTMLElement | null>,
  titleOf: (id: string) => string,
  onDrop: (drop: Drop) => void,
): [string | undefined, ReactNode] {
  const [dragged, setDragged] = useState<string>()
  const ghost = useRef<HTMLDivElement>(null)
  const over = useRef<HTMLElement>(undefined)
  const point = useRef({ x: 0, y: 0 })

  const setOver = (element: HTMLElement | undefined) => {
    over.current?.removeAttribute('data-over')
    element?.setAttribute('data-over', '')
    over.current = element
  }

  const gestures: Gestures = {
    hold: noop,
    swipe: noop,
    dragStart: (id) => setDragged(id),
    dragMove: (x, y) => {
      point.current = { x, y }
      ghost.current?.style.setProperty('transform', `translate(${x}px, ${y}px)`)
      const under = document.elementFromPoint(x, y)
      setOver(under?.closest<HTMLElement>('[data-drop]') ?? undefined)
    },
    drop: () => {
      const place = over.current?.dataset['drop']
      if (dragged === undefined || place === undefined) return
      const cards = [...(over.current?.querySelectorAll<HTMLElement>('[data-task]') ?? [])]
      const below = cards.find((card) => {
        const { top, height } = card.getBoundingClientRect()
        return card.dataset['task'] !== dragged && point.current.y < top + height / 2
      })
      onDrop({ id: dragged, place, before: below?.dataset['task'] ?? null })
    },
    dragEnd: () => {
      setOver(undefined)
      setDragged(undefined)
    },
  }
  const latest = useRef(gestures)
  useEffect(() => {
    latest.current = gestures
  })
  useEffect(() => {
    if (ref.current === null) return
    const watch = new GestureWatch(ref.current, () => latest.current)
    return () => watch.dispose()
  }, [ref])

  const drawn =
    dragged === undefined
      ? null
      : createPortal(
          <div
            ref={ghost}
            aria-hidden
            dir="auto"
            className="pointer-events-none fixed top-2 left-3 z-50 max-w-64 truncate rounded-md border border-accent bg-raised px-3 py-1.5 text-xs shadow-raised"
            style={{ transform: 'translate(-100vw, 0)' }}
          >
            {titleOf(dragged)}
          </div>,
          document.body,
        )
  return [dragged, drawn]
}
