'use client'

import { RotateCcw } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { dayAt } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Skeleton } from '@/ui/Skeleton'
import { useMe } from '../auth/session'
import { ChangeIcon } from './ChangeIcon'
import { phrasesOf, shownFields, taskDeedOf } from './deeds'
import { FieldLine } from './FieldLine'
import { HistoryProblem } from './HistoryProblem'
import type { Change } from './changes'
import { useHistory } from './useHistory'
import { useTimeActions } from './useTimeActions'

type TaskHistoryProps = { taskId: string; workspace: string }

/** What happened to a task, field by field; each version of it can be had back. */
export function TaskHistory({ taskId, workspace }: TaskHistoryProps) {
  const t = useTranslations('history')
  const { changes, error, retry, hasMore, loadingMore, loadMore } = useHistory({
    workspace,
    task: taskId,
  })
  const { restore, restoring } = useTimeActions(workspace)
  if (error !== null) return <HistoryProblem error={error} retry={retry} />
  if (changes === undefined) return <Loading />
  return (
    <>
      <ol className="relative">
        {changes.map((change, at) => (
          <Version
            key={change.id}
            change={change}
            last={at === changes.length - 1 && !hasMore}
            onRestore={
              at === 0 || restoring
                ? undefined
                : () => restore({ task_id: taskId, to: change.position }, t('task_restored'))
            }
          />
        ))}
      </ol>
      {hasMore && (
        <Button look="quiet" onClick={loadMore} disabled={loadingMore}>
          {t('older')}
        </Button>
      )}
    </>
  )
}

type VersionProps = {
  change: Change
  last: boolean
  /** Absent where nothing can be had back: it is how the task is now. */
  onRestore: (() => void) | undefined
}

function Version({ change, last, onRestore }: VersionProps) {
  const t = useTranslations('history')
  const names = useDayNames()
  const { time_zone: zone } = useMe()
  const today = dayAt(useNow(), zone)
  const instant = Date.parse(change.at)
  const when = `${names.brief(dayAt(instant, zone), today)} ${names.time(instant, zone)}`
  const [phrase] = phrasesOf(change.events)
  const [event] = change.events
  if (phrase === undefined || event === undefined) return null
  const undone = change.undoneBy !== null
  return (
    <li className="group/version relative flex gap-3 pb-4">
      {!last && <span aria-hidden className="absolute start-3 top-6 bottom-0 w-px bg-line" />}
      <ChangeIcon deed={phrase.deed} undoes={change.undoes !== null} faint={undone} />
      <div className="min-w-0 grow pt-0.5">
        <p className="flex flex-wrap items-baseline gap-x-2 text-xs">
          <span className={undone ? 'text-faint line-through' : 'font-medium'}>
            {t(`task_did.${taskDeedOf(event)}`)}
          </span>
          {change.undoes !== null && <Badge>{t('by_undo')}</Badge>}
          {undone && <Badge>{t('undone_since')}</Badge>}
          <span className="text-2xs text-faint">
            {change.actorName !== null && <bdi>{change.actorName} · </bdi>}
            <time dateTime={change.at}>{when}</time>
          </span>
        </p>
        <dl className="mt-1 flex flex-col gap-0.5 empty:hidden">
          {change.events.flatMap(shownFields).map((field) => (
            <FieldLine key={field.field} change={field} made={event.type === 'task.created'} />
          ))}
        </dl>
      </div>
      {onRestore !== undefined && (
        <IconButton
          label={t('restore_version', { when })}
          icon={<RotateCcw size={14} aria-hidden />}
          onClick={onRestore}
          className="-mt-0.5 opacity-0 group-hover/version:opacity-100 focus-visible:opacity-100 touch:opacity-100"
        />
      )}
    </li>
  )
}

function Badge({ children }: { children: string }) {
  return (
    <span className="rounded-sm bg-sunken px-1.5 text-2xs text-muted no-underline">{children}</span>
  )
}

const widths = ['w-40', 'w-56', 'w-32', 'w-48']

function Loading() {
  return (
    <div aria-hidden>
      {widths.map((width) => (
        <div key={width} className="flex items-center gap-3 pb-6">
          <Skeleton className="size-6 rounded-full" />
          <Skeleton className={`h-3 ${width}`} />
        </div>
      ))}
    </div>
  )
}
