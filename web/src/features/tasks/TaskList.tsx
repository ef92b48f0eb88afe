'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useTranslations } from 'use-intl'
import { useDayNames } from '@/lib/useDayNames'
import { dayAt } from '@/lib/days'
import { useNow } from '@/lib/useNow'
import { useMe } from '../auth/session'
import { useLists } from '../workspaces/replica'
import { listNames, type Heading, type Row } from './rows'
import { TaskRow } from './TaskRow'
import { useTaskActions } from './useTaskActions'
import { useTaskHref } from './useTaskHref'

type TaskListProps = {
  label: string
  rows: readonly Row[]
  /** Says the list of each task, where they are of several. */
  showLists?: boolean
  timeOnly?: boolean
}

const SCROLLER = 'page-scroller'

/** Any number of tasks: only what is seen is in the page. Arrows, j and k go through them. */
export function TaskList({ label, rows, showLists = false, timeOnly = false }: TaskListProps) {
  const names = listNames(useLists())
  const hrefOf = useTaskHref()
  const listRef = useRef<HTMLUListElement>(null)
  const [current, setCurrent] = useState<string>()
  const { setDone, remove } = useTaskActions()
  const tasks = rows.flatMap((row) => (row.kind === 'task' ? [row.task] : []))
  const currentTask = tasks.find((task) => task.task_id === current) ?? tasks[0]

  // The virtualizer keeps its state outside of React, so a compiler must not memoize its answers.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => document.getElementById(SCROLLER),
    estimateSize: (index) => (rows[index]?.kind === 'heading' ? 48 : 36),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
  })

  const focusTask = (id: string | undefined) => {
    const index = rows.findIndex((row) => row.key === id)
    if (id === undefined || index < 0) return
    setCurrent(id)
    virtual.scrollToIndex(index)
    // It is in the page once the virtualizer has drawn where it scrolled to.
    requestAnimationFrame(() => {
      listRef.current?.querySelector<HTMLElement>(`[data-task="${id}"]`)?.focus()
    })
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || currentTask === undefined) return
    const at = tasks.indexOf(currentTask)
    const neighbour = tasks[at + 1] ?? tasks[at - 1]
    switch (event.key) {
      case 'ArrowDown':
      case 'j':
        focusTask(tasks[at + 1]?.task_id)
        break
      case 'ArrowUp':
      case 'k':
        focusTask(tasks[at - 1]?.task_id)
        break
      case 'x':
        setDone(currentTask, true)
        focusTask(neighbour?.task_id)
        break
      case 'Backspace':
      case 'Delete':
        remove(currentTask)
        focusTask(neighbour?.task_id)
        break
      default:
        return
    }
    event.preventDefault()
  }

  return (
    // The keys belong to the links and buttons in the list, which have the focus.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul
      ref={listRef}
      aria-label={label}
      className="relative"
      style={{ height: virtual.getTotalSize() }}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        const id = event.target.closest<HTMLElement>('[data-row]')?.dataset['row']
        if (id !== undefined) setCurrent(id)
      }}
    >
      {virtual.getVirtualItems().map((item) => {
        const row = rows[item.index]
        if (row === undefined) return null
        return (
          <li
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            data-row={row.kind === 'task' ? row.key : undefined}
            aria-setsize={rows.length}
            aria-posinset={item.index + 1}
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${item.start}px)` }}
          >
            {row.kind === 'heading' ? (
              <SectionHeading heading={row.heading} count={row.count} />
            ) : (
              <TaskRow
                task={row.task}
                depth={row.depth}
                current={row.task === currentTask}
                href={hrefOf(row.key)}
                listName={showLists && row.task.list_id ? names.get(row.task.list_id) : undefined}
                timeOnly={timeOnly}
              />
            )}
          </li>
        )
      })}
    </ul>
  )
}

function SectionHeading({ heading, count }: { heading: Heading; count: number }) {
  const t = useTranslations('days')
  const names = useDayNames()
  const { time_zone: zone } = useMe()
  const today = dayAt(useNow(), zone)
  const near = 'day' in heading ? names.near(heading.day, today) : t('overdue')
  const long = 'day' in heading ? names.long(heading.day) : null
  return (
    <h2 className="flex items-baseline gap-2 border-b border-line pt-5 pb-1.5 ps-2 text-xs">
      <span className="font-semibold">{near ?? long}</span>
      {near !== null && long !== null && <span className="text-faint">{long}</span>}
      <span className="ms-auto pe-3 text-2xs text-faint">{count}</span>
    </h2>
  )
}
