import { useState, type DragEvent, type KeyboardEvent } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useSync } from '@/sync'
import { useAct } from '../tasks/useAct'

type Side = 'before' | 'after'
type Over = { id: string; side: Side }

/** Which half of a row the pointer is over. */
function sideOf(event: DragEvent<HTMLElement>): Side {
  const { top, height } = event.currentTarget.getBoundingClientRect()
  return event.clientY < top + height / 2 ? 'before' : 'after'
}

/** Puts tasks below one parent in another order: by dragging, or with Alt and the arrows. */
export function useReorder(tasks: readonly Task[]) {
  const t = useTranslations('panel')
  const sync = useSync()
  const act = useAct()
  const [dragged, setDragged] = useState<string | null>(null)
  const [over, setOver] = useState<Over | null>(null)
  const [moved, setMoved] = useState<{ title: string; place: number; all: number } | null>(null)

  const put = (task: Task, side: Side, neighbour: Task) => {
    const place = { [side === 'before' ? 'before' : 'after']: neighbour.task_id }
    act(sync.move(task.task_id, place), t('subtasks.moved_toast', { title: task.title }))
  }

  const step = (task: Task, by: -1 | 1) => {
    const at = tasks.indexOf(task)
    const neighbour = tasks[at + by]
    if (neighbour === undefined) return
    put(task, by === -1 ? 'before' : 'after', neighbour)
    setMoved({ title: task.title, place: at + by + 1, all: tasks.length })
    // It is drawn anew at its place, and keeps the focus.
    requestAnimationFrame(() => {
      document.querySelector<HTMLElement>(`[data-subtask="${task.task_id}"]`)?.focus()
    })
  }

  const handlersOf = (task: Task) => ({
    dropAt: over?.id === task.task_id ? over.side : null,
    onKeyDown: (event: KeyboardEvent) => {
      if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
      event.preventDefault()
      event.stopPropagation()
      step(task, event.key === 'ArrowUp' ? -1 : 1)
    },
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.effectAllowed = 'move'
      event.dataTransfer.setData('text/plain', task.title)
      setDragged(task.task_id)
    },
    onDragOver: (event: DragEvent<HTMLElement>) => {
      if (dragged === null || dragged === task.task_id) return
      event.preventDefault()
      const side = sideOf(event)
      if (over?.id !== task.task_id || over.side !== side) setOver({ id: task.task_id, side })
    },
    onDragLeave: () => setOver(null),
    onDrop: (event: DragEvent) => {
      event.preventDefault()
      const mover = tasks.find((each) => each.task_id === dragged)
      if (mover !== undefined && over !== null) put(mover, over.side, task)
      setOver(null)
    },
    onDragEnd: () => {
      setDragged(null)
      setOver(null)
    },
  })

  return { moved, handlersOf }
}
