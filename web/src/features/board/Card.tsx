import Link from 'next/link'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { Avatar } from '@/ui/Avatar'
import { classes } from '@/ui/classes'
import { Tick } from '@/ui/Tick'
import { DueChip } from '../tasks/DueChip'
import { useTaskActions } from '../tasks/useTaskActions'
import { useTaskHref } from '../tasks/useTaskHref'
import { useMemberNames } from '../workspaces/replica'

type CardProps = { task: Task; tabbable: boolean; dragged: boolean; listName: string | undefined }

/** A task on a board. */
export function Card({ task, tabbable, dragged, listName }: CardProps) {
  const t = useTranslations('task')
  const hrefOf = useTaskHref()
  const { setDone } = useTaskActions()
  const assignee = useMemberNames().get(task.assignee_id ?? '')
  const done = Boolean(task.completed_at)
  const { open: openParts, done: doneParts } = task.subtasks
  return (
    <div
      data-task={task.task_id}
      className={classes(
        'relative flex gap-0.5 rounded-md border border-line bg-raised py-1.5 ps-1 pe-2.5 touch:py-0.5 select-none hover:border-line-strong has-[a:focus-visible]:border-focus has-[a:focus-visible]:inset-ring-1 has-[a:focus-visible]:inset-ring-focus',
        dragged && 'opacity-40',
      )}
    >
      <Tick
        label={t('complete', { title: task.title })}
        done={done}
        priority={task.priority}
        onChange={(next) => setDone(task, next)}
      />
      <div className="min-w-0 grow py-1 touch:py-2.5">
        <Link
          href={hrefOf(task.task_id)}
          scroll={false}
          draggable={false}
          tabIndex={tabbable ? 0 : -1}
          dir="auto"
          className={classes(
            'line-clamp-3 outline-none before:absolute before:inset-y-0 before:start-8 before:end-0 touch:before:start-12',
            done && 'text-muted line-through decoration-line-strong',
          )}
        >
          {task.title}
          {task.priority !== 'none' && (
            <span className="sr-only">{t(`priorities.${task.priority}`)}</span>
          )}
        </Link>
        <div className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-0.5 text-2xs text-faint empty:hidden">
          {task.due && !done && <DueChip due={task.due} recurs={Boolean(task.recurrence)} />}
          {openParts + doneParts > 0 && (
            <span>
              <span className="sr-only">{t('subtasks')} </span>
              {doneParts}/{openParts + doneParts}
            </span>
          )}
          {task.tags.map((tag) => (
            <span key={tag} className="max-w-32 truncate">{`#${tag}`}</span>
          ))}
          {listName !== undefined && <span className="max-w-32 truncate">{listName}</span>}
          {assignee !== undefined && <Avatar name={assignee} />}
        </div>
      </div>
    </div>
  )
}
