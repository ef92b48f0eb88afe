'use client'

import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react'
import type { Task } from '@/api/types'
import { useSync } from '@/sync'
import { Ghost } from './dragMarks'
import { GestureWatch, type Gestures } from './gestures'
import { useDropOnPlace } from './useDropOnPlace'

export type Drop = {
  task: Task
  /** What the element says by `data-drop` that it came from, and that it was dropped on. */
  from: string | undefined
  place: string
}

const noop = () => undefined
const placeAt = (x: number, y: number) =>
  document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-drop]') ?? undefined

/** How near to a side (px) what is dragged moves the cards below it, and how far at a time. */
const EDGE = 56
const STEP = 18

function scrollSideways(element: HTMLElement | null, x: number): void {
  const box = element?.getBoundingClientRect()
  if (box === undefined) return
  if (x > box.right - EDGE) element?.scrollBy(STEP, 0)
  else if (x < box.left + EDGE) element?.scrollBy(-STEP, 0)
}

/**
 * Dragging cards, `[data-task]`, within an element onto whatever says `data-drop`; `onDrop` says whether it was for
 * it, else it is for the sidebar. The element under the pointer bears `data-over`. Gives the id of the task that is
 * dragged, and what to draw for it.
 */
export function useCardDrag(
  ref: RefObject<HTMLElement | null>,
  onDrop: (drop: Drop) => boolean,
): [string | undefined, ReactNode] {
  const sync = useSync()
  const dropOnPlace = useDropOnPlace()
  const [dragged, setDragged] = useState<Task>()
  const ghost = useRef<HTMLDivElement>(null)
  const over = useRef<HTMLElement>(undefined)
  const from = useRef<string>(undefined)

  const setOver = (element: HTMLElement | undefined) => {
    over.current?.removeAttribute('data-over')
    element?.setAttribute('data-over', '')
    over.current = element
  }

  const gestures: Gestures = {
    hold: noop,
    swipe: noop,
    dragStart: (id, x, y) => {
      from.current = placeAt(x, y)?.dataset['drop']
      setDragged(sync.view().task(id))
    },
    dragMove: (x, y) => {
      ghost.current?.style.setProperty('transform', `translate(${x}px, ${y}px)`)
      setOver(placeAt(x, y))
      scrollSideways(ref.current, x)
    },
    drop: () => {
      const place = over.current?.dataset['drop']
      if (dragged === undefined || place === undefined || place === from.current) return
      if (!onDrop({ task: dragged, from: from.current, place })) dropOnPlace([dragged], place)
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

  return [dragged?.task_id, dragged && <Ghost tasks={[dragged]} ref={ghost} />]
}
