import { CalendarDays, Check, Hash, ListTree } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { followInPlace } from '@/lib/inPlace'
import { Avatar } from '@/ui/Avatar'
import { classes } from '@/ui/classes'
import { Tick } from '@/ui/Tick'
import { useIsChosen } from '../selection/selection'
import { useMemberNames } from '../workspaces/replica'
import { DueChip } from './DueChip'
import { RowMore } from './RowMore'
import { useTaskActions } from './useTaskActions'

type TaskRowProps = {
  task: Task
  depth: number
  /** Whether the row is where the keyboard is. */
  current: boolean
  href: string
  /** The list's name, on pages of several lists. */
  listName?: string | undefined
  timeOnly: boolean
}

/** One task: tick, title, and what is known of it. A finger throws it aside to complete it or to say when. */
export function TaskRow({ task, depth, current, href, listName, timeOnly }: TaskRowProps) {
  const t = useTranslations('task')
  const { setDone } = useTaskActions()
  const chosen = useIsChosen(task.task_id)
  const tabIndex = current ? 0 : -1
  return (
    <div className={indents[Math.min(depth, indents.length - 1)]}>
      <Thrown />
      <div
        className={classes(
          'group/row relative flex min-h-9 items-center gap-1 rounded-md ps-1 pe-1 select-none touch:min-h-12',
          'touch:touch-pan-y touch:[-webkit-touch-callout:none] group-data-swipe/task:translate-x-(--swipe)',
          'group-data-swipe/task:bg-canvas group-data-held/task:bg-selected',
          'has-[a:focus-visible]:ring-2 has-[a:focus-visible]:ring-focus has-[a:focus-visible]:ring-inset',
          chosen ? 'bg-selected' : 'hover:bg-hover',
        )}
      >
        <Tick
          label={t('complete', { title: task.title })}
          done={Boolean(task.completed_at)}
          priority={task.priority}
          onChange={(done) => setDone(task, done)}
        />
        <div className="flex min-w-0 grow flex-col py-1 sm:flex-row sm:items-center sm:gap-3">
          <a
            href={href}
            onClick={followInPlace}
            tabIndex={tabIndex}
            draggable={false}
            className="line-clamp-2 min-w-0 grow outline-none sm:line-clamp-1 before:absolute before:inset-y-0 before:start-9 before:end-9 touch:before:start-12 touch:before:end-0"
          >
            {task.title}
            {task.priority !== 'none' && (
              <span className="sr-only">{t(`priorities.${task.priority}`)}</span>
            )}
            {chosen && <span className="sr-only">{t('chosen')}</span>}
          </a>
          <Facts task={task} listName={listName} timeOnly={timeOnly} />
        </div>
        <RowMore title={task.title} tabIndex={tabIndex} />
      </div>
    </div>
  )
}

const indents = ['', 'ms-6', 'ms-12', 'ms-18', 'ms-24', 'ms-30', 'ms-36', 'ms-42']

/** What throwing a row aside would do, seen below it meanwhile. */
function Thrown() {
  const side =
    'absolute inset-y-0 hidden items-center px-4 text-muted group-data-thrown/task:text-on-accent'
  return (
    <span aria-hidden className="max-sm:contents sm:hidden">
      <span
        className={classes(
          side,
          'start-0 end-0 rounded-md bg-sunken group-data-[swipe=forward]/task:flex group-data-thrown/task:bg-accent',
        )}
      >
        <Check size={20} />
      </span>
      <span
        className={classes(
          side,
          'start-0 end-0 justify-end rounded-md bg-sunken group-data-[swipe=back]/task:flex group-data-thrown/task:bg-accent',
        )}
      >
        <CalendarDays size={20} />
      </span>
    </span>
  )
}

type FactsProps = { task: Task; listName: string | undefined; timeOnly: boolean }

function Facts({ task, listName, timeOnly }: FactsProps) {
  const t = useTranslations('task')
  const names = useMemberNames()
  const assignee = task.assignee_id ? names.get(task.assignee_id) : undefined
  const { open, done } = task.subtasks
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 text-2xs text-faint empty:hidden sm:shrink-0 sm:flex-nowrap">
      {open + done > 0 && (
        <span className="inline-flex items-center gap-1">
          <ListTree size={12} role="img" aria-label={t('subtasks')} />
          {done}/{open + done}
        </span>
      )}
      {task.tags.map((tag) => (
        <span key={tag} className="inline-flex max-w-32 items-center gap-0.5">
          <Hash size={11} aria-hidden className="shrink-0" />
          <span className="truncate">{tag}</span>
        </span>
      ))}
      {listName !== undefined && <span className="max-w-32 truncate">{listName}</span>}
      {task.due && <DueChip due={task.due} recurs={Boolean(task.recurrence)} timeOnly={timeOnly} />}
      {assignee !== undefined && <Avatar name={assignee} />}
    </div>
  )
}
