'use client'

import { useRouter, useSearchParams } from 'next/navigation'
import { lazy, Suspense, useId, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { SavedFilter } from '@/api/types'
import { useAddressText } from '@/lib/useAddressText'
import { useFilters, useLoaded } from '@/sync'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { Select } from '@/ui/Select'
import { ViewButton } from '../board/ViewButton'
import { useBoardField } from '../board/views'
import { useQuickAddDefaults } from '../quick-add/context'
import { Sheet } from '../tasks/figures'
import { Page, TasksSkeleton } from '../tasks/Page'
import { TaskList } from '../tasks/TaskList'
import { useWorkspace } from '../workspaces/current'
import { Examples } from './Examples'
import { FilterInput } from './FilterInput'
import { FilterMenu } from './FilterMenu'
import { FilterStatus } from './FilterStatus'
import { readFilter } from './language/read'
import { NameFilter } from './NameFilter'
import { useFilterActions } from './useFilterActions'
import { useFiltered, type Filtered } from './useFiltered'

const Board = lazy(async () => ({ default: (await import('../board/Board')).Board }))

/** A filter of `?id=` as it was saved and changed since, or one that is written in `?q=`. */
export function FilterPage() {
  const t = useTranslations('filters')
  const id = useSearchParams().get('id')
  const workspace = useWorkspace()
  const loaded = useLoaded(workspace)
  const saved = useFilters(workspace).find((each) => each.filter_id === id)
  if (id !== null && saved === undefined) {
    return (
      <Page title={t('title')}>
        {loaded ? (
          <EmptyState figure={<Sheet />} title={t('no_filter')} detail={t('no_filter_more')} />
        ) : (
          <TasksSkeleton />
        )}
      </Page>
    )
  }
  return <FilterEditor key={id} of={saved} />
}

function FilterEditor({ of }: { of: SavedFilter | undefined }) {
  const t = useTranslations('filters')
  const router = useRouter()
  const statusId = useId()
  const [text, setText] = useAddressText('q', of?.query)
  const [sort, setSort] = useAddressText('sort', of?.sort)
  const query = text.trim()
  const filters = useFilters(useWorkspace())
  // What is written here may be saved already, as right after it was saved.
  const saved = of ?? filters.find((each) => each.query === query && each.sort === sort)
  const changed = saved?.query !== query || saved.sort !== sort
  const [naming, setNaming] = useState<'new' | 'again'>()
  const { save, change, rename, remove } = useFilterActions()
  const reading = useMemo(() => readFilter(text), [text])
  const filtered = useLastGood(useFiltered(reading.condition, query, sort), reading.fault)
  useQuickAddDefaults(null, null, null)
  const whole = { query, sort }
  const view = { page: of ? `filter/${of.filter_id}` : 'filter', usual: 'list' } as const
  const [by] = useBoardField(view.page)
  const right = query !== '' && reading.fault === undefined
  const title = saved?.name ?? t('title')

  return (
    <Page
      wide={by !== null}
      title={title}
      actions={
        <>
          <SortSelect sort={sort} onSort={setSort} />
          <ViewButton {...view} />
          {right && changed && (
            <Button look="primary" onClick={() => (of ? change(of, whole) : setNaming('new'))}>
              {of ? t('save_changes') : t('save_new')}
            </Button>
          )}
          {saved !== undefined && (
            <FilterMenu
              onRename={() => setNaming('again')}
              onCopy={() => setNaming('new')}
              onRemove={() => {
                remove(saved)
                router.replace('/filter')
              }}
            />
          )}
        </>
      }
    >
      <FilterInput
        text={text}
        reading={reading}
        autoFocus={of === undefined}
        describedBy={statusId}
        onText={setText}
      />
      <FilterStatus
        id={statusId}
        fault={reading.fault}
        count={query === '' ? undefined : filtered.tasks?.length}
        more={filtered.more !== undefined}
        partly={filtered.partly}
      />
      {query === '' ? (
        <Examples onChoose={setText} />
      ) : by !== null && filtered.tasks !== undefined ? (
        <Suspense fallback={<TasksSkeleton />}>
          <Board label={title} tasks={filtered.tasks} page={view.page} />
        </Suspense>
      ) : (
        <Results title={title} filtered={filtered} wrong={reading.fault !== undefined} />
      )}
      <NameFilter
        key={naming}
        open={naming !== undefined}
        onOpenChange={(open) => {
          if (!open) setNaming(undefined)
        }}
        name={naming === 'again' ? saved?.name : undefined}
        onName={(name) => {
          if (naming === 'again' && saved !== undefined) rename(saved, name)
          else save(name, whole)
        }}
      />
    </Page>
  )
}

/** What was found before a mistake came in stays until it is out again. */
function useLastGood(filtered: Filtered, fault: object | undefined): Filtered {
  const [last, setLast] = useState(filtered)
  if (fault === undefined && last.tasks !== filtered.tasks) setLast(filtered)
  return fault === undefined ? filtered : last
}

type ResultsProps = { title: string; filtered: Filtered; wrong: boolean }

function Results({ title, filtered, wrong }: ResultsProps) {
  const t = useTranslations('filters')
  const { tasks, more } = filtered
  const rows = useMemo(
    () => tasks?.map((task) => ({ kind: 'task' as const, key: task.task_id, task, depth: 0 })),
    [tasks],
  )
  // A filter that was wrong from the start found nothing yet.
  if (rows === undefined) return wrong ? null : <TasksSkeleton />
  if (rows.length === 0) return <EmptyState figure={<Sheet />} title={t('nothing')} />
  return (
    <>
      <TaskList label={title} rows={rows} showLists />
      {more !== undefined && (
        <div className="mt-4 flex justify-center">
          <Button onClick={more}>{t('more')}</Button>
        </div>
      )}
    </>
  )
}

const sorts = ['', '-priority,due', 'due', 'title', '-created', '-updated', '-completed'] as const
const sortNames = {
  '': 'usual',
  '-priority,due': 'priority',
  due: 'due',
  title: 'title',
  '-created': 'created',
  '-updated': 'updated',
  '-completed': 'completed',
} as const

function SortSelect({ sort, onSort }: { sort: string; onSort: (sort: string) => void }) {
  const t = useTranslations('filters')
  const known = sorts.map((value) => ({ value, label: t(`sorts.${sortNames[value]}`) }))
  // One that was saved elsewhere may be another.
  const other = sorts.some((each) => each === sort) ? [] : [{ value: sort, label: sort }]
  return <Select label={t('sort')} value={sort} choices={[...known, ...other]} onChange={onSort} />
}
