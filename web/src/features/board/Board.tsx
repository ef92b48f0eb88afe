'use client'

import { useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useNow } from '@/lib/useNow'
import { useMembers } from '@/sync'
import { Select } from '@/ui/Select'
import { useMe } from '../auth/session'
import { listNames } from '../tasks/rows'
import { useCardDrag } from '../tasks/useCardDrag'
import { useWorkspace } from '../workspaces/current'
import { useLists } from '../workspaces/replica'
import { BoardColumn } from './BoardColumn'
import { columnsOf, fields, takes, type Field } from './columns'
import { BOARD, useBoardKeys } from './useBoardKeys'
import { useColumnNames } from './useColumnNames'
import { usePut } from './usePut'
import { useBoardField } from './views'

type BoardProps = {
  label: string
  /** Open tasks, and done ones where they are to be shown by their state. */
  tasks: readonly Task[]
  page: string
  /** Set where all tasks are of one list. */
  oneList?: boolean
}

/** Tasks in columns by one of their fields. */
export function Board({ label, tasks, page, oneList = false }: BoardProps) {
  const t = useTranslations('board')
  const [by, setBy] = useBoardField(page)
  const { time_zone: zone } = useMe()
  const now = useNow()
  const lists = useLists()
  const members = useMembers(useWorkspace())
  const nameOf = useColumnNames()
  const put = usePut()
  const [stop, setStop] = useState<string>()
  const boardRef = useRef<HTMLDivElement>(null)
  const columns = useMemo(() => {
    const around = { now, zone, lists: lists ?? [], people: members.map((each) => each.user_id) }
    const shown = by === 'status' ? tasks : tasks.filter((task) => !task.completed_at)
    return columnsOf(by ?? 'priority', shown, around)
  }, [by, tasks, now, zone, lists, members])
  useBoardKeys(columns)
  const [dragged, ghost] = useCardDrag(boardRef, ({ task, from, place }) => {
    const [here, there] = [from, place].map((key) => columns.find((each) => each.key === key))
    if (there === undefined) return false
    if (here !== undefined && takes(there.value)) put(task, here.value, there.value)
    return true
  })
  const choices: readonly Field[] = fields.filter((field) => field !== 'list' || !oneList)

  return (
    <>
      <div className="-mt-1 mb-1.5">
        <Select
          label={t('by')}
          value={by ?? 'priority'}
          choices={choices.map((value) => ({ value, label: t(`fields.${value}`) }))}
          onChange={setBy}
        />
      </div>
      {/* The focus is that of the links in the cards. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={boardRef}
        id={BOARD}
        role="group"
        aria-label={label}
        onFocus={(event) => {
          setStop(event.target.closest<HTMLElement>('[data-task]')?.dataset['task'])
        }}
        className="flex min-h-0 grow snap-x gap-3 overflow-x-auto pb-2 max-sm:-mx-3 max-sm:h-[60dvh] max-sm:scroll-px-3 max-sm:px-3"
      >
        {columns.map((column) => (
          <BoardColumn
            key={column.key}
            column={column}
            name={nameOf(column.value)}
            stop={stop}
            dragged={dragged}
            listNames={oneList || by === 'list' ? undefined : listNames(lists)}
          />
        ))}
      </div>
      {ghost}
    </>
  )
}
