'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, type MouseEvent } from 'react'
import { useTranslations } from 'use-intl'
import { useSync } from '@/sync'
import { useDayNames } from '@/lib/useDayNames'
import { dayAt } from '@/lib/days'
import { useNow } from '@/lib/useNow'
import { useMe } from '../auth/session'
import { registry } from '../commands/registry'
import { selection } from '../selection/selection'
import { useTaskChanges } from '../selection/useTaskChanges'
import { useLists } from '../workspaces/replica'
import { DropLine, Ghost } from './dragMarks'
import { listNames, type Heading, type Row } from './rows'
import { TaskRow } from './TaskRow'
import { useDrag } from './useDrag'
import { useListFocus } from './useListFocus'
import { useListKeys } from './useListKeys'
import { useTaskHref } from './useTaskHref'

type TaskListProps = {
  label: string
  rows: readonly Row[]
  /** Says the list of each task, where they are of several. */
  showLists?: boolean
  timeOnly?: boolean
  /** Whether the tasks have an order of their own, which can be changed here. */
  ordered?: boolean
}

const SCROLLER = 'page-scroller'

/** Any number of tasks: only what is seen is in the page. Keys and pointers go through them, choose and move them. */
export function TaskList(props: TaskListProps) {
  const { label, rows, showLists = false, timeOnly = false, ordered = false } = props
  const names = listNames(useLists())
  const hrefOf = useTaskHref()
  const sync = useSync()
  const changes = useTaskChanges()
  const listRef = useRef<HTMLUListElement>(null)
  const ghostRef = useRef<HTMLDivElement>(null)
  const order = rows.flatMap((row) => (row.kind === 'task' ? [row.key] : []))

  // The virtualizer keeps its state outside of React, so a compiler must not memoize its answers.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer<HTMLElement, Element>({
    count: rows.length,
    getScrollElement: () => document.getElementById(SCROLLER),
    estimateSize: (index) => (rows[index]?.kind === 'heading' ? 48 : 36),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
  })
  const { current, focus, onFocus, onBlur } = useListFocus(listRef, order, (id) =>
    virtual.scrollToIndex(rows.findIndex(({ key }) => key === id)),
  )
  useListKeys({ listRef, rows, order, current, focus, ordered })

  const dragging = useDrag({
    listRef,
    ghostRef,
    rows,
    virtual,
    ordered,
    onHold: (id) => selection.toggle(id),
    onSwipe: (id, side) => {
      const task = sync.view().task(id)
      if (task === undefined) return
      if (side === 'forward') changes.complete([task])
      else {
        focus(id)
        registry.run('task.due')
      }
    },
  })

  // What is not shown any more is not chosen any more.
  const shown = order.join(' ')
  useLayoutEffect(() => selection.keep(shown.split(' ')), [shown])
  useEffect(() => () => selection.clear(), [])

  const onClick = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    const id = link?.closest<HTMLElement>('[data-task]')?.dataset['task']
    if (id === undefined) return
    if (event.shiftKey) selection.extend(order, id, current ?? id)
    else if (event.ctrlKey || event.metaKey) selection.toggle(id)
    // Where there is no keyboard, a tap chooses once something is chosen.
    else if (selection.chosen.size > 0 && isByFinger(event.nativeEvent)) selection.toggle(id)
    else return
    event.preventDefault()
    event.stopPropagation()
    focus(id)
  }

  return (
    // The clicks are those on the links in the list; keys come by the commands.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul
      ref={listRef}
      aria-label={label}
      className="relative"
      style={{ height: virtual.getTotalSize() }}
      onClickCapture={onClick}
      onFocus={onFocus}
      onBlur={onBlur}
    >
      {virtual.getVirtualItems().map((item) => {
        const row = rows[item.index]
        if (row === undefined) return null
        return (
          <li
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            data-task={row.kind === 'task' ? row.key : undefined}
            aria-setsize={rows.length}
            aria-posinset={item.index + 1}
            className="group/task absolute inset-x-0 top-0"
            style={{ transform: `translateY(${item.start}px)` }}
          >
            {row.kind === 'heading' ? (
              <SectionHeading heading={row.heading} count={row.count} />
            ) : (
              <TaskRow
                task={row.task}
                depth={row.depth}
                current={row.key === current}
                href={hrefOf(row.key)}
                listName={showLists && row.task.list_id ? names.get(row.task.list_id) : undefined}
                timeOnly={timeOnly}
              />
            )}
          </li>
        )
      })}
      {dragging?.spot !== undefined && (
        <DropLine top={topOf(virtual, dragging.spot.index)} depth={dragging.spot.depth} />
      )}
      {dragging !== undefined && <Ghost ref={ghostRef} tasks={dragging.tasks} />}
    </ul>
  )
}

/** Where the row begins, or the list ends. */
function topOf(
  virtual: {
    getVirtualItems: () => { index: number; start: number }[]
    getTotalSize: () => number
  },
  index: number,
): number {
  const item = virtual.getVirtualItems().find((each) => each.index === index)
  return item?.start ?? virtual.getTotalSize()
}

const isByFinger = (event: globalThis.MouseEvent) =>
  event instanceof PointerEvent && event.pointerType === 'touch'

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
