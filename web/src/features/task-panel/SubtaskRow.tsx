import type { DragEvent, KeyboardEvent } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { followInPlace } from '@/lib/inPlace'
import { classes } from '@/ui/classes'
import { Tick } from '@/ui/Tick'
import { DueChip } from '../tasks/DueChip'
import { useTaskActions } from '../tasks/useTaskActions'
import { useTaskHref } from '../tasks/useTaskHref'

type SubtaskRowProps = {
  task: Task
  level: number
  /** Where what is dragged over it would go. */
  dropAt: 'before' | 'after' | null
  onKeyDown: (event: KeyboardEvent) => void
  onDragStart: (event: DragEvent) => void
  onDragOver: (event: DragEvent<HTMLElement>) => void
  onDragLeave: () => void
  onDrop: (event: DragEvent) => void
  onDragEnd: () => void
}

const indents = ['', 'ms-6', 'ms-12', 'ms-18']

export function SubtaskRow({ task, level, dropAt, ...handlers }: SubtaskRowProps) {
  const t = useTranslations('task')
  const { setDone } = useTaskActions()
  const hrefOf = useTaskHref()
  const done = Boolean(task.completed_at)
  return (
    <div
      draggable
      {...handlers}
      className={classes(
        'flex min-h-8 items-center gap-1 rounded-md hover:bg-hover has-[a:focus-visible]:bg-selected touch:min-h-11',
        indents[Math.min(level, indents.length - 1)],
        dropAt === 'before' && 'shadow-[0_-2px_0_var(--accent)]',
        dropAt === 'after' && 'shadow-[0_2px_0_var(--accent)]',
      )}
    >
      <Tick
        label={t('complete', { title: task.title })}
        done={done}
        priority={task.priority}
        onChange={(next) => setDone(task, next)}
      />
      <a
        href={hrefOf(task.task_id)}
        onClick={followInPlace}
        draggable={false}
        data-subtask={task.task_id}
        dir="auto"
        className={classes(
          'min-w-0 grow truncate rounded-sm px-1 py-1.5 outline-offset-0 touch:py-3',
          done && 'text-faint line-through',
        )}
      >
        {task.title}
      </a>
      {!done && task.due && (
        <span className="pe-2">
          <DueChip due={task.due} recurs={Boolean(task.recurrence)} />
        </span>
      )}
    </div>
  )
}
