'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { dayAt } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { useMe } from '../auth/session'
import type { Change } from '../history/changes'
import { HistoryProblem } from '../history/HistoryProblem'
import { useHistory } from '../history/useHistory'
import { useLoadMore } from '../history/useLoadMore'
import { useTimeActions } from '../history/useTimeActions'
import { Sheet } from '../tasks/figures'
import { Page, TasksSkeleton } from '../tasks/Page'
import { useWorkspace } from '../workspaces/current'
import { ChangeRow } from './ChangeRow'
import { Filters } from './Filters'
import { ANYBODY, isWanted, type Wanted } from './filter'

/** What happened in the workspace, day by day; each change can be taken back and brought back. */
export function ActivityPage() {
  const t = useTranslations('activity')
  const [wanted, setWanted] = useState<Wanted>({ who: ANYBODY, what: 'all' })
  return (
    <Page title={t('title')} actions={<Filters wanted={wanted} onChange={setWanted} />}>
      <Feed wanted={wanted} />
    </Page>
  )
}

function Feed({ wanted }: { wanted: Wanted }) {
  const t = useTranslations('activity')
  const workspace = useWorkspace()
  const { time_zone: zone } = useMe()
  const { undo, redo } = useTimeActions(workspace)
  const history = useHistory({ workspace })
  const { changes, error, retry, hasMore, loadMore } = history
  const shown = changes?.filter((change) => isWanted(change, wanted)) ?? []
  const endRef = useLoadMore(loadMore, changes?.length ?? 0)
  if (error !== null) return <HistoryProblem error={error} retry={retry} />
  if (changes === undefined) return <TasksSkeleton />
  return (
    <>
      {[...byDay(shown, zone)].map(([day, ofDay]) => (
        <section key={day} className="mb-2">
          <DayHeading day={day} zone={zone} />
          <ol>
            {ofDay.map((change) => (
              <ChangeRow
                key={change.id}
                change={change}
                onUndo={() => undo(change.id)}
                onRedo={() => redo(change.undoes ?? change.id)}
              />
            ))}
          </ol>
        </section>
      ))}
      {shown.length === 0 && !hasMore && (
        <EmptyState figure={<Sheet />} title={t('empty')} detail={t('empty_more')} />
      )}
      <div ref={endRef}>
        {hasMore && (
          <Button look="quiet" onClick={loadMore} className="mt-2">
            {t('older')}
          </Button>
        )}
      </div>
    </>
  )
}

function byDay(changes: readonly Change[], zone: string): Map<string, Change[]> {
  const days = new Map<string, Change[]>()
  for (const change of changes) {
    const day = dayAt(Date.parse(change.at), zone)
    const known = days.get(day)
    if (known === undefined) days.set(day, [change])
    else known.push(change)
  }
  return days
}

function DayHeading({ day, zone }: { day: string; zone: string }) {
  const names = useDayNames()
  const near = names.near(day, dayAt(useNow(), zone))
  return (
    <h2 className="sticky top-0 z-10 flex items-baseline gap-2 border-b border-line bg-canvas ps-2 pt-4 pb-1.5 text-xs">
      {near !== null && <span className="font-semibold">{near}</span>}
      <span className={near === null ? 'font-semibold' : 'text-faint'}>{names.long(day)}</span>
    </h2>
  )
}
