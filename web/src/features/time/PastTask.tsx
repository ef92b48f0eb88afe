import { Hash, RotateCcw } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { dayAt, dueDay, dueInstant } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { Avatar } from '@/ui/Avatar'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { TickMark } from '@/ui/Tick'
import { useMe } from '../auth/session'
import { useMemberNames } from '../workspaces/replica'
import type { Since } from './compare'

type PastTaskProps = {
  task: Task
  depth: number
  since: Since | undefined
  /** The change that is shown touched it. */
  marked: boolean
  listName: string | undefined
  onRestore: () => void
}

const indents = ['', 'ms-6', 'ms-12', 'ms-18']

/** A task as it was, what became of it since, and the way to have it back. */
export function PastTask({ task, depth, since, marked, listName, onRestore }: PastTaskProps) {
  const t = useTranslations('time')
  const same = since === undefined || since.is === 'same'
  return (
    <li
      className={classes(
        'flex min-h-9 items-center gap-2 rounded-md ps-2 pe-1 [contain-intrinsic-size:auto_36px] [content-visibility:auto] touch:min-h-12',
        marked && 'bg-selected',
        indents[Math.min(depth, indents.length - 1)],
      )}
    >
      <TickMark priority={task.priority} done={Boolean(task.completed_at)} />
      <div className="flex min-w-0 grow flex-col py-1 sm:flex-row sm:items-center sm:gap-3">
        <p dir="auto" className="line-clamp-2 min-w-0 [overflow-wrap:anywhere] sm:line-clamp-1">
          {task.title}
        </p>
        <div className="flex flex-wrap gap-x-2.5 sm:contents">
          {since !== undefined && <SinceMark since={since} />}
          <Facts task={task} listName={listName} />
        </div>
      </div>
      {same ? (
        // The facts of all rows stand below each other.
        <span className="shrink-0 sm:w-24" />
      ) : (
        <Button
          className="sm:w-24"
          look="quiet"
          aria-label={t('restore_task', { title: task.title })}
          onClick={onRestore}
        >
          <RotateCcw size={14} aria-hidden />
          <span className="max-sm:sr-only">{t('restore')}</span>
        </Button>
      )}
    </li>
  )
}

const colours: Record<Exclude<Since['is'], 'same'>, string> = {
  completed: 'text-ok',
  deleted: 'text-danger',
  changed: 'text-warning',
}

function SinceMark({ since }: { since: Since }) {
  const t = useTranslations('time')
  const field = useTranslations('history')
  if (since.is === 'same') return null
  return (
    <span className={classes('shrink-0 text-2xs', colours[since.is])}>
      {since.is === 'changed'
        ? t('since.changed', {
            fields: since.fields.map((name) => field(`fields.${name}`)).join(', '),
          })
        : t(`since.${since.is}`)}
    </span>
  )
}

function Facts({ task, listName }: { task: Task; listName: string | undefined }) {
  const { time_zone: zone } = useMe()
  const days = useDayNames()
  const names = useMemberNames()
  const assignee = task.assignee_id ? names.get(task.assignee_id) : undefined
  const today = dayAt(useNow(), zone)
  const instant = task.due ? dueInstant(task.due, zone) : null
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 text-2xs text-faint empty:hidden sm:ms-auto sm:shrink-0 sm:flex-nowrap">
      {task.tags.map((tag) => (
        <span key={tag} className="inline-flex max-w-32 items-center gap-0.5">
          <Hash size={11} aria-hidden className="shrink-0" />
          <span className="truncate">{tag}</span>
        </span>
      ))}
      {listName !== undefined && <span className="max-w-32 truncate">{listName}</span>}
      {task.due && (
        <span className="whitespace-nowrap">
          {days.brief(dueDay(task.due, zone), today)}
          {instant !== null && ` ${days.time(instant, zone)}`}
        </span>
      )}
      {assignee !== undefined && <Avatar name={assignee} />}
    </div>
  )
}
