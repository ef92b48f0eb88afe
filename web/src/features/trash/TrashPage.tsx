'use client'

import { Search } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { HistoryProblem } from '../history/HistoryProblem'
import { useLoadMore } from '../history/useLoadMore'
import { Page, TasksSkeleton } from '../tasks/Page'
import { useWorkspace } from '../workspaces/current'
import { Basket } from './figures'
import { groupsOf, type Group } from './groups'
import { TrashGroup } from './TrashGroup'
import { useRestore } from './useRestore'
import { useTrash } from './useTrash'

/** What was deleted, by when; all of it can be had back. */
export function TrashPage() {
  const t = useTranslations('trash')
  const [words, setWords] = useState('')
  return (
    <Page title={t('title')} detail={t('detail')}>
      <label className="relative mb-2 block">
        <span className="sr-only">{t('search')}</span>
        <Search
          size={15}
          aria-hidden
          className="pointer-events-none absolute inset-y-0 start-3 my-auto text-faint"
        />
        <input
          type="search"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          placeholder={t('search')}
          className="h-9 w-full rounded-md border border-line bg-raised ps-9 pe-3 text-sm placeholder:text-faint focus:border-focus focus:outline-1 focus:outline-focus touch:h-12 touch:text-base"
        />
      </label>
      <Things words={useDeferredValue(words.trim())} />
    </Page>
  )
}

function Things({ words }: { words: string }) {
  const t = useTranslations('trash')
  const workspace = useWorkspace()
  const { restore, restoreAll, isGone } = useRestore(workspace)
  const { data, error, refetch, hasNextPage, isFetching, fetchNextPage } = useTrash(
    workspace,
    words,
  )
  const pages = data?.pages ?? []
  const loadMore = () => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }
  const endRef = useLoadMore(loadMore, pages.length)
  if (data === undefined) {
    if (error !== null) return <HistoryProblem error={error} retry={() => void refetch()} />
    return <TasksSkeleton />
  }
  const groups = groupsOf(
    pages.flatMap(({ lists = [] }) => lists),
    pages.flatMap(({ items }) => items),
  )
  const shown = groups.map((group): Group => ({
    ...group,
    things: group.things.filter((thing) => !isGone(group, thing)),
  }))
  const left = shown.filter((group) => group.things.length > 0)
  return (
    <>
      {left.map((group) => (
        <TrashGroup
          key={group.at}
          group={group}
          onRestore={(thing) => restore(group, thing)}
          onRestoreAll={() => restoreAll(group)}
        />
      ))}
      {left.length === 0 && (
        <EmptyState
          figure={<Basket />}
          title={words === '' ? t('empty') : t('nothing_found')}
          {...(words === '' && { detail: t('empty_more') })}
        />
      )}
      <div ref={endRef}>
        {hasNextPage && (
          <Button look="quiet" onClick={loadMore}>
            {t('older')}
          </Button>
        )}
      </div>
    </>
  )
}
