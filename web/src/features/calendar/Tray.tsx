'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { Chip } from './Chip'

const LINE = 30

/** Tasks without a date, to be put on a day. */
export function Tray({ tasks, dragged }: { tasks: readonly Task[]; dragged: string | undefined }) {
  const t = useTranslations('calendar')
  const scroller = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState<string>()
  const known = tasks.some((task) => task.task_id === current)
  const stop = known ? current : tasks[0]?.task_id
  // The virtualizer keeps its state outside of React, so a compiler must not memoize its answers.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    getItemKey: (index) => tasks[index]?.task_id ?? index,
    overscan: 8,
  })

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    const to = tasks.findIndex((task) => task.task_id === stop) + step
    const next = tasks[to]
    event.preventDefault()
    if (next === undefined) return
    setCurrent(next.task_id)
    virtual.scrollToIndex(to)
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-task="${next.task_id}"]`)?.focus()
    })
  }

  return (
    <section
      aria-label={t('tray')}
      data-drop="undated"
      className="flex w-60 shrink-0 flex-col rounded-lg border border-line bg-sidebar data-over:inset-ring-2 data-over:inset-ring-accent max-lg:hidden"
    >
      <h2 className="flex items-baseline gap-2 px-3 py-2 text-xs font-semibold">
        {t('tray')}
        <span className="text-2xs font-normal text-faint">{tasks.length}</span>
      </h2>
      {tasks.length === 0 ? (
        <p className="px-3 pb-3 text-xs text-faint">{t('tray_empty')}</p>
      ) : (
        <div ref={scroller} className="min-h-0 grow overflow-y-auto px-2 pb-2">
          {/* The keys belong to the links in the list, which have the focus. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
          <ul
            aria-label={t('tray_tasks')}
            className="relative"
            style={{ height: virtual.getTotalSize() }}
            onKeyDown={onKeyDown}
            onFocus={(event) => setCurrent(event.target.dataset['task'])}
          >
            {virtual.getVirtualItems().map((item) => {
              const task = tasks[item.index]
              return (
                task !== undefined && (
                  <li
                    key={item.key}
                    className="absolute inset-x-0 top-0"
                    style={{ transform: `translateY(${item.start}px)` }}
                  >
                    <Chip
                      task={task}
                      dragged={task.task_id === dragged}
                      tabbable={task.task_id === stop}
                    />
                  </li>
                )
              )
            })}
          </ul>
        </div>
      )}
    </section>
  )
}
