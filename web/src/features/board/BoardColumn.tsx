'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useId, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { classes } from '@/ui/classes'
import { Card } from './Card'
import { takes, type Column } from './columns'

type BoardColumnProps = {
  column: Column
  name: string
  /** The task that Tab comes to. */
  stop: string | undefined
  dragged: string | undefined
  listNames: ReadonlyMap<string, string> | undefined
}

const CARD = 68

/** A column of a board: any number of tasks, of which those that are seen are in the page. */
export function BoardColumn({ column, name, stop, dragged, listNames }: BoardColumnProps) {
  const t = useTranslations('board')
  const titleId = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const { key, value, tasks } = column
  // The virtualizer keeps its state outside of React, so a compiler must not memoize its answers.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD,
    getItemKey: (index) => tasks[index]?.task_id ?? index,
    gap: 6,
    overscan: 6,
  })
  const mayDrop = takes(value)
  const first = tasks.some((task) => task.task_id === stop) ? stop : tasks[0]?.task_id
  return (
    <section
      aria-labelledby={titleId}
      data-column={key}
      data-drop={mayDrop ? key : undefined}
      className={classes(
        'flex w-68 shrink-0 snap-start flex-col rounded-lg bg-sidebar max-sm:w-[82vw]',
        'data-over:inset-ring-2 data-over:inset-ring-accent',
      )}
    >
      <h2 id={titleId} className="flex items-baseline gap-2 px-3 pt-2.5 pb-2 text-xs font-semibold">
        <span className="truncate" dir="auto">
          {name}
        </span>
        <span className="text-2xs font-normal text-faint">{tasks.length}</span>
      </h2>
      {tasks.length === 0 ? (
        <p className="mx-2 rounded-md border border-dashed border-line px-3 py-4 text-center text-2xs text-faint">
          {t('empty')}
        </p>
      ) : (
        <div ref={scroller} className="min-h-0 grow overflow-y-auto px-2 pb-2">
          <ul
            aria-labelledby={titleId}
            className="relative"
            style={{ height: virtual.getTotalSize() }}
          >
            {virtual.getVirtualItems().map((item) => {
              const task = tasks[item.index]
              return (
                task !== undefined && (
                  <li
                    key={item.key}
                    ref={virtual.measureElement}
                    data-index={item.index}
                    className="absolute inset-x-0 top-0"
                    style={{ transform: `translateY(${item.start}px)` }}
                  >
                    <Card
                      task={task}
                      tabbable={task.task_id === first}
                      dragged={task.task_id === dragged}
                      listName={listNames?.get(task.list_id ?? '')}
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
