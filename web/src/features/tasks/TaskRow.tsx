import { Hash, ListTree, Trash2 } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { followInPlace } from '@/lib/inPlace'
import { Avatar } from '@/ui/Avatar'
import { classes } from '@/ui/classes'
import { IconButton } from '@/ui/IconButton'
import { Tick } from '@/ui/Tick'
import { useMemberNames } from '../workspaces/replica'
import { DueChip } from './DueChip'
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

/** One task: tick, title, and what is known of it. */
export function TaskRow({ task, depth, current, href, listName, timeOnly }: TaskRowProps) {
  const t = useTranslations('task')
  const { setDone, remove } = useTaskActions()
  const tabIndex = current ? 0 : -1
  return (
    <div
      className={classes(
        'group/row relative flex min-h-9 items-center gap-1 rounded-md ps-1 pe-1 touch:min-h-12',
        'hover:bg-hover has-[a:focus-visible]:bg-selected',
        indents[Math.min(depth, indents.length - 1)],
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
          data-task={task.task_id}
          className="line-clamp-2 min-w-0 grow outline-none sm:line-clamp-1 before:absolute before:inset-y-0 before:start-9 before:end-9 touch:before:start-12 touch:before:end-12"
        >
          {task.title}
          {task.priority !== 'none' && (
            <span className="sr-only">{t(`priorities.${task.priority}`)}</span>
          )}
        </a>
        <Facts task={task} listName={listName} timeOnly={timeOnly} />
      </div>
      <IconButton
        tabIndex={tabIndex}
        label={t('delete', { title: task.title })}
        keys="⌫"
        icon={<Trash2 size={15} aria-hidden />}
        onClick={() => remove(task)}
        className="opacity-0 group-hover/row:opacity-100 focus-visible:opacity-100 touch:opacity-100"
      />
    </div>
  )
}

const indents = ['', 'ms-6', 'ms-12', 'ms-18']

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
