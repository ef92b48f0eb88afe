import type { Virtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState, type RefObject } from 'react'
import type { Task } from '@/api/types'
import { useSync } from '@/sync'
import { roots } from '../selection/targets'
import { selection } from '../selection/selection'
import { placeAt, spotFor, type Spot } from './arrange'
import { GestureWatch, type Gestures } from './gestures'
import type { Row } from './rows'
import { scrollAtEdges } from './scrollAtEdges'
import { useArrange } from './useArrange'
import { useDropOnPlace } from './useDropOnPlace'

/** How much deeper a level is (px); rows are indented by as much. */
export const INDENT = 24

type DragOptions = {
  listRef: RefObject<HTMLElement | null>
  ghostRef: RefObject<HTMLElement | null>
  rows: readonly Row[]
  virtual: Virtualizer<HTMLElement, Element>
  /** Whether the tasks have an order of their own, which a drop changes. */
  ordered: boolean
  /** The other things that a finger does. */
  onHold: (id: string) => void
  onSwipe: (id: string, side: 'forward' | 'back') => void
}

export type Dragging = { tasks: readonly Task[]; spot?: Spot }

/** Dragging tasks to another place of the list, or onto a place of the sidebar. */
export function useDrag(options: DragOptions): Dragging | undefined {
  const { listRef, rows, virtual, ordered, onHold, onSwipe } = options
  const sync = useSync()
  const arrange = useArrange()
  const dropOnPlace = useDropOnPlace()
  const [dragging, setDragging] = useState<Dragging>()
  const start = useRef({ x: 0, depth: 0 })
  const over = useRef<HTMLElement>(undefined)

  const setOver = (element: HTMLElement | undefined) => {
    over.current?.removeAttribute('data-over')
    element?.setAttribute('data-over', '')
    over.current = element
  }

  const spotAt = (tasks: readonly Task[], x: number, y: number): Spot | undefined => {
    const list = listRef.current?.getBoundingClientRect()
    if (!ordered || list === undefined || x < list.left || x > list.right) return undefined
    const from = y - list.top
    const below = virtual.getVirtualItems().find((item) => item.start + item.size / 2 > from)
    const rtl = document.documentElement.dir === 'rtl'
    const levels = Math.round(((x - start.current.x) * (rtl ? -1 : 1)) / INDENT)
    const ids = new Set(tasks.map((task) => task.task_id))
    return spotFor(rows, ids, below?.index ?? rows.length, start.current.depth + levels)
  }

  const gestures: Gestures = {
    hold: onHold,
    swipe: onSwipe,
    dragStart: (id, x) => {
      const row = rows.find(({ key }) => key === id)
      const ids = selection.chosen.has(id) ? [...selection.chosen] : [id]
      const order = rows.map(({ key }) => key)
      const tasks = ids
        .sort((a, b) => order.indexOf(a) - order.indexOf(b))
        .flatMap((each) => sync.view().task(each) ?? [])
      start.current = { x, depth: row?.kind === 'task' ? row.depth : 0 }
      setDragging({ tasks: roots(tasks, sync) })
    },
    dragMove: (x, y) => {
      const { ghostRef } = options
      ghostRef.current?.style.setProperty('transform', `translate(${x}px, ${y}px)`)
      scrollAtEdges(virtual.scrollElement, y)
      const under = document.elementFromPoint(x, y)
      setOver(under?.closest<HTMLElement>('[data-drop]') ?? undefined)
      setDragging((now) => {
        if (now === undefined) return now
        const spot = spotAt(now.tasks, x, y)
        const same = spot?.index === now.spot?.index && spot?.depth === now.spot?.depth
        return same ? now : { tasks: now.tasks, ...(spot && { spot }) }
      })
    },
    drop: () => {
      if (dragging === undefined) return
      const place = over.current?.dataset['drop']
      const { tasks, spot } = dragging
      if (place !== undefined) dropOnPlace(tasks, place)
      else if (spot !== undefined)
        arrange(tasks, placeAt(rows, new Set(tasks.map((task) => task.task_id)), spot))
    },
    dragEnd: () => {
      setOver(undefined)
      scrollAtEdges(null, 0)
      setDragging(undefined)
    },
  }
  const latest = useRef(gestures)
  useEffect(() => {
    latest.current = gestures
  })
  useEffect(() => {
    if (listRef.current === null) return
    const watch = new GestureWatch(listRef.current, () => latest.current)
    return () => watch.dispose()
  }, [listRef])

  return dragging
}
