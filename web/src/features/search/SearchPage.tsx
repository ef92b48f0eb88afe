'use client'

import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { useTranslations } from 'use-intl'
import { useProblemText } from '@/api/useProblemText'
import { useAddressText } from '@/lib/useAddressText'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { useCommands } from '../commands'
import { useQuickAddDefaults } from '../quick-add/context'
import { Page, TasksSkeleton } from '../tasks/Page'
import { useLists } from '../workspaces/replica'
import { listNames } from '../tasks/rows'
import { useTaskHref } from '../tasks/useTaskHref'
import { Lens } from './Lens'
import { FoundRow } from './FoundRow'
import { SearchField } from './SearchField'
import { useSearch, type Found } from './useSearch'

/** Everything that has some words in it, as one types them; done tasks too. */
export function SearchPage() {
  const t = useTranslations('search')
  const [text, setText] = useAddressText('q')
  const inputRef = useRef<HTMLInputElement>(null)
  const listRef = useRef<HTMLUListElement>(null)
  const search = useSearch(text)
  useQuickAddDefaults(null, null, null)
  useCommands([
    {
      id: 'go.search',
      group: 'go',
      label: t('command'),
      keys: '/',
      run: () => inputRef.current?.select(),
    },
  ])
  const links = () => [...(listRef.current?.querySelectorAll<HTMLElement>('[data-task]') ?? [])]

  const onFieldKey = (event: KeyboardEvent) => {
    const [first] = links()
    if (event.nativeEvent.isComposing || first === undefined) return
    if (event.key === 'ArrowDown') first.focus()
    else if (event.key === 'Enter') first.click()
    else return
    event.preventDefault()
  }

  const onListKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const all = links()
    const at = all.findIndex((link) => link === document.activeElement)
    if (event.key === 'ArrowDown' || event.key === 'j') all[at + 1]?.focus()
    else if (event.key === 'ArrowUp' || event.key === 'k')
      (all[at - 1] ?? inputRef.current)?.focus()
    else return
    event.preventDefault()
  }

  return (
    <Page title={t('title')}>
      <SearchField text={text} onText={setText} inputRef={inputRef} onKeyDown={onFieldKey} />
      <Results search={search} text={text} listRef={listRef} onKeyDown={onListKey} />
    </Page>
  )
}

type ResultsProps = {
  search: ReturnType<typeof useSearch>
  text: string
  listRef: RefObject<HTMLUListElement | null>
  onKeyDown: (event: KeyboardEvent) => void
}

function Results({ search, text, listRef, onKeyDown }: ResultsProps) {
  const t = useTranslations('search')
  const problemText = useProblemText()
  const { found, error } = search
  if (text.trim() === '') {
    return <EmptyState figure={<Lens />} title={t('start')} detail={t('start_more')} />
  }
  if (error !== null) {
    return (
      <EmptyState
        title={t('failed')}
        detail={problemText(error)}
        action={<Button onClick={search.retry}>{t('retry')}</Button>}
      />
    )
  }
  if (found === undefined) return <TasksSkeleton />
  return (
    <>
      <p role="status" className="px-2 pt-3 pb-1 text-2xs text-faint">
        {search.local && `${t('local')} `}
        {t('count', { count: found.length, more: search.more === undefined ? 'no' : 'yes' })}
      </p>
      {found.length === 0 ? (
        <EmptyState
          figure={<Lens />}
          title={t('nothing', { text: search.asked })}
          detail={t('nothing_more')}
        />
      ) : (
        <Hits key={search.asked} found={found} listRef={listRef} onKeyDown={onKeyDown} />
      )}
      {search.more !== undefined && (
        <div className="mt-4 flex justify-center">
          <Button disabled={search.loadingMore} onClick={search.more}>
            {t('more')}
          </Button>
        </div>
      )}
    </>
  )
}

type HitsProps = {
  found: readonly Found[]
  listRef: RefObject<HTMLUListElement | null>
  onKeyDown: (event: KeyboardEvent) => void
}

function Hits({ found, listRef, onKeyDown }: HitsProps) {
  const t = useTranslations('search')
  const lists = listNames(useLists())
  const hrefOf = useTaskHref()
  const [current, setCurrent] = useState(found[0]?.task.task_id)
  // A page of further hits leaves the focus where it is; other words begin at the top.
  useEffect(() => {
    document.getElementById('page-scroller')?.scrollTo(0, 0)
  }, [])
  return (
    // The keys belong to the links in the list, which have the focus.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul
      ref={listRef}
      aria-label={t('results')}
      onKeyDown={onKeyDown}
      onFocus={(event) => setCurrent(event.target.dataset['task'] ?? current)}
    >
      {found.map((each) => {
        const { task_id: id, list_id: list } = each.task
        return (
          <li key={id}>
            <FoundRow
              found={each}
              current={id === current}
              href={hrefOf(id)}
              listName={list ? lists.get(list) : undefined}
            />
          </li>
        )
      })}
    </ul>
  )
}
