'use client'

import { useSearchParams } from 'next/navigation'
import { lazy, Suspense, useCallback, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { dayAt } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { useLists as useAllLists } from '@/sync'
import { EmptyState } from '@/ui/EmptyState'
import { useMe } from '../auth/session'
import type { Field } from '../board/columns'
import { ViewButton } from '../board/ViewButton'
import { useBoardField } from '../board/views'
import { ArchivedNote } from '../lists/ArchivedNote'
import { ListMore } from '../lists/ListMore'
import { useQuickAddDefaults } from '../quick-add/context'
import { AddRow } from './AddRow'
import { Clear, Horizon, Sheet } from './figures'
import { Page, TasksSkeleton } from './Page'
import { useWorkspace } from '../workspaces/current'
import { useLists, useTasks } from '../workspaces/replica'
import { listRows, tagRows, todayRows, upcomingRows, type Row } from './rows'
import { TaskList } from './TaskList'

const FirstRun = lazy(async () => ({
  default: (await import('../first-run/FirstRun')).FirstRun,
}))

const BoardOf = lazy(async () => ({ default: (await import('../board/BoardOf')).BoardOf }))

type TasksProps = {
  label: string
  rows: readonly Row[] | undefined
  empty: ReactNode
  showLists?: boolean
  timeOnly?: boolean
  ordered?: boolean
}

function Tasks(props: TasksProps) {
  const { label, rows, empty, showLists = true, timeOnly = false, ordered = false } = props
  if (rows === undefined) return <TasksSkeleton />
  if (rows.length === 0) {
    return (
      <>
        <AddRow />
        {empty}
      </>
    )
  }
  return (
    <>
      <AddRow />
      <TaskList
        label={label}
        rows={rows}
        showLists={showLists}
        timeOnly={timeOnly}
        ordered={ordered}
      />
    </>
  )
}

const isEmpty = (tasks: readonly Task[]) => tasks.length === 0
const inboxRows = (tasks: readonly Task[]) => listRows(tasks, null)
const isInInbox = (task: Task) => !task.list_id

type BoardPageProps = {
  title: string
  page: string
  usual: Field
  oneList?: boolean
  of: (task: Task) => boolean
  /** What else can be done with the page. */
  more?: ReactNode
}

/** A page of tasks that is shown as a board. */
function BoardPage({ title, page, usual, oneList = false, of, more }: BoardPageProps) {
  const actions = (
    <>
      <ViewButton page={page} usual={usual} />
      {more}
    </>
  )
  return (
    <Page wide title={title} actions={actions}>
      <Suspense fallback={<TasksSkeleton />}>
        <BoardOf label={title} page={page} oneList={oneList} of={of} />
      </Suspense>
    </Page>
  )
}

export function Inbox() {
  const t = useTranslations('pages')
  const rows = useTasks(inboxRows)
  const nothingYet = useTasks(isEmpty) === true
  const noLists = useLists()?.length === 0
  const view = { page: 'inbox', usual: 'priority' } as const
  const [by] = useBoardField(view.page)
  useQuickAddDefaults(null, null, null)
  if (by !== null) return <BoardPage title={t('inbox')} {...view} oneList of={isInInbox} />
  return (
    <Page title={t('inbox')} actions={!nothingYet && <ViewButton {...view} />}>
      {nothingYet && noLists ? (
        <Suspense fallback={<TasksSkeleton />}>
          <FirstRun />
        </Suspense>
      ) : (
        <Tasks
          label={t('inbox')}
          rows={rows}
          ordered
          empty={
            <EmptyState
              figure={<Sheet />}
              title={t('inbox_empty')}
              detail={t('inbox_empty_more')}
            />
          }
        />
      )}
    </Page>
  )
}

export function Today() {
  const t = useTranslations('pages')
  const { time_zone: zone } = useMe()
  const now = useNow()
  const names = useDayNames()
  const today = dayAt(now, zone)
  const select = useCallback((tasks: readonly Task[]) => todayRows(tasks, now, zone), [now, zone])
  const rows = useTasks(select)
  useQuickAddDefaults(null, today, null)
  return (
    <Page title={t('today')} detail={rows?.length === 0 ? names.long(today) : undefined}>
      <Tasks
        label={t('today')}
        rows={rows}
        timeOnly
        empty={
          <EmptyState figure={<Clear />} title={t('today_empty')} detail={t('today_empty_more')} />
        }
      />
    </Page>
  )
}

export function Upcoming() {
  const t = useTranslations('pages')
  const { time_zone: zone } = useMe()
  const now = useNow()
  const select = useCallback(
    (tasks: readonly Task[]) => upcomingRows(tasks, now, zone),
    [now, zone],
  )
  const rows = useTasks(select)
  useQuickAddDefaults(null, null, null)
  return (
    <Page title={t('upcoming')}>
      <Tasks
        label={t('upcoming')}
        rows={rows}
        timeOnly
        empty={
          <EmptyState
            figure={<Horizon />}
            title={t('upcoming_empty')}
            detail={t('upcoming_empty_more')}
          />
        }
      />
    </Page>
  )
}

export function ListPage() {
  const t = useTranslations('pages')
  const id = useSearchParams().get('id')
  const lists = useLists()
  const archived = useAllLists(useWorkspace(), true)
  const list = [...(lists ?? []), ...archived].find((each) => each.list_id === id)
  const select = useCallback((tasks: readonly Task[]) => listRows(tasks, id), [id])
  const rows = useTasks(select)
  const view = { page: `list/${id ?? ''}`, usual: 'status' } as const
  const [by] = useBoardField(view.page)
  const isHere = useCallback((task: Task) => task.list_id === id, [id])
  useQuickAddDefaults(id, null, null)
  if (lists !== undefined && list === undefined) {
    return (
      <Page title={t('list')}>
        <EmptyState figure={<Sheet />} title={t('no_list')} detail={t('no_list_more')} />
      </Page>
    )
  }
  const title = list?.name ?? t('list')
  const more = list && <ListMore list={list} />
  if (by !== null) {
    return <BoardPage title={title} {...view} oneList of={isHere} more={more} />
  }
  return (
    <Page
      title={title}
      actions={
        <>
          <ViewButton {...view} />
          {more}
        </>
      }
    >
      {list?.archived_at && <ArchivedNote list={list} />}
      <Tasks
        label={title}
        rows={rows}
        ordered
        showLists={false}
        empty={
          <EmptyState figure={<Sheet />} title={t('list_empty')} detail={t('list_empty_more')} />
        }
      />
    </Page>
  )
}

export function TagPage() {
  const t = useTranslations('pages')
  const { time_zone: zone } = useMe()
  const name = useSearchParams().get('name') ?? ''
  const select = useCallback((tasks: readonly Task[]) => tagRows(tasks, name, zone), [name, zone])
  const rows = useTasks(select)
  const view = { page: `tag/${name}`, usual: 'list' } as const
  const [by] = useBoardField(view.page)
  const hasTag = useCallback((task: Task) => task.tags.includes(name), [name])
  useQuickAddDefaults(null, null, name)
  if (by !== null) return <BoardPage title={`#${name}`} {...view} of={hasTag} />
  return (
    <Page title={`#${name}`} actions={<ViewButton {...view} />}>
      <Tasks
        label={`#${name}`}
        rows={rows}
        empty={<EmptyState figure={<Sheet />} title={t('tag_empty')} />}
      />
    </Page>
  )
}
