'use client'

import { useEffect, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { useMe } from '../auth/session'
import { HistoryProblem } from '../history/HistoryProblem'
import { useHistory } from '../history/useHistory'
import { useTimeActions } from '../history/useTimeActions'
import { Sheet } from '../tasks/figures'
import { TasksSkeleton } from '../tasks/Page'
import { useWorkspace } from '../workspaces/current'
import { Banner } from './Banner'
import { useGoTo } from './moment'
import { PastTasks } from './PastTasks'
import { filterOf, type Place } from './place'
import { pastRows } from './rows'
import { scaleOf, stepAt, type Step } from './scale'
import { TimeBar } from './TimeBar'
import { useKept } from './useKept'
import { useAhead, usePast, type Then } from './usePast'
import { useSince } from './useSince'
import { useThrottled } from './useThrottled'

type TimeTravelProps = { at: string; place: Place; whole: boolean }

/** Changes that are read at once; while the knob is dragged, how often the past is (ms). */
const [CHANGES, PAUSE] = [500, 90]
/** The part of the scale that, once reached, asks for what was before. */
const NEAR_START = 0.08

/** A page as it was: a scale of what happened, and what it looked like at the moment that is chosen there. */
export function TimeTravel({ at, place, whole }: TimeTravelProps) {
  const t = useTranslations('time')
  const workspace = useWorkspace()
  const { time_zone: zone } = useMe()
  const goTo = useGoTo()
  const [moment, setMoment] = useKept(at, (next) => goTo({ at: next }))
  const [held, setHeld] = useState(false)
  const list = place.is === 'list' ? place.id : undefined
  const { changes, error, retry, hasMore, loadMore } = useHistory({ workspace, list }, CHANGES)
  const scale = useMemo(() => scaleOf(changes ?? [], zone), [changes, zone])
  const index = stepAt(scale, moment)
  const step = scale.steps[index]

  const nearStart = index < scale.steps.length * NEAR_START
  useEffect(() => {
    if (nearStart && hasMore && !held) loadMore()
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked once for each page that came
  }, [nearStart, hasMore, held, changes])

  if (error !== null) return <HistoryProblem error={error} retry={retry} />
  if (changes === undefined) return <TasksSkeleton />
  if (step === undefined) {
    return (
      <EmptyState
        wholePage
        figure={<Sheet />}
        title={t('empty')}
        action={<Button onClick={() => goTo({ at: null })}>{t('back')}</Button>}
      />
    )
  }
  return (
    <div className="flex min-h-full flex-col">
      <Shown
        place={place}
        whole={whole}
        step={step}
        around={[scale.steps[index - 1], scale.steps[index + 1]]}
        isNow={index === scale.steps.length - 1}
      />
      <TimeBar
        scale={scale}
        at={index}
        hasMore={hasMore}
        onHold={setHeld}
        onChange={(next) => {
          const to = scale.steps[next]
          if (to !== undefined) setMoment(to.change.position)
        }}
      />
    </div>
  )
}

type ShownProps = {
  place: Place
  whole: boolean
  step: Step
  /** The steps before and behind: they are read ahead. */
  around: readonly (Step | undefined)[]
  isNow: boolean
}

const nothing: Then = { tasks: [], lists: [], cut: false }

/** What the place looked like after a change. */
function Shown({ place, whole, step, around, isNow }: ShownProps) {
  const t = useTranslations('time')
  const workspace = useWorkspace()
  const { time_zone: zone } = useMe()
  const { restore, restoring } = useTimeActions(workspace)
  const instant = Date.parse(step.change.at)
  const filter = filterOf(place, instant, zone)
  const to = step.change.position
  const read = useThrottled(to, PAUSE)
  const { data, error, refetch, isPlaceholderData } = usePast(workspace, read, filter)
  const settled = data !== undefined && !isPlaceholderData && read === to
  useAhead(
    workspace,
    settled ? around.flatMap((near) => (near ? [near.change.position] : [])) : [],
    filter,
  )
  const then = data ?? nothing
  const since = useSince(workspace, then.tasks)
  const rows = useMemo(
    () => pastRows(place, then.tasks, then.lists, instant, zone),
    [place, then, instant, zone],
  )
  const different = [...since.values()].filter(({ is }) => is !== 'same').length
  const restorePlace =
    place.is === 'list'
      ? () => restore({ list_id: place.id, to }, t('list_restored'))
      : place.is === 'all'
        ? () => restore({ to }, t('all_restored'))
        : undefined
  return (
    <>
      <Banner
        place={place}
        whole={whole}
        lists={then.lists}
        step={step}
        isNow={isNow}
        different={different}
        onRestore={isNow || restoring ? undefined : restorePlace}
      />
      {data === undefined ? (
        error === null ? (
          <TasksSkeleton />
        ) : (
          <HistoryProblem error={error} retry={() => void refetch()} />
        )
      ) : (
        <PastTasks
          rows={rows}
          since={since}
          touched={step.change}
          showLists={place.is !== 'list' && place.is !== 'all' && place.is !== 'inbox'}
          lists={then.lists}
          cut={then.cut}
          stale={!settled}
          onRestore={(task) =>
            restore({ task_id: task.task_id, to }, t('task_restored', { title: task.title }))
          }
        />
      )}
    </>
  )
}
