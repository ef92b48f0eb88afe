import type { Ref } from 'react'
import { createPortal } from 'react-dom'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { INDENT } from './useDrag'

/** Where the dragged tasks would go. */
export function DropLine({ top, depth }: { top: number; depth: number }) {
  return (
    <li
      aria-hidden
      className="pointer-events-none absolute inset-x-0 top-0 z-10 flex h-0 items-center pe-2"
      style={{ transform: `translateY(${top}px)`, paddingInlineStart: 12 + depth * INDENT }}
    >
      <span className="size-2 shrink-0 rounded-full border-2 border-accent bg-canvas" />
      <span className="h-0.5 grow bg-accent" />
    </li>
  )
}

/** What is dragged, at the pointer. */
export function Ghost({ tasks, ref }: { tasks: readonly Task[]; ref: Ref<HTMLDivElement> }) {
  const t = useTranslations('selection')
  const [first] = tasks
  return createPortal(
    <div
      ref={ref}
      aria-hidden
      className="pointer-events-none fixed top-2 left-3 z-50 max-w-64 truncate rounded-md border border-accent bg-raised px-3 py-1.5 text-xs shadow-raised"
      style={{ transform: 'translate(-100vw, 0)' }}
      dir="auto"
    >
      {tasks.length === 1 ? first?.title : t('chosen', { count: tasks.length })}
    </div>,
    document.body,
  )
}
