import Link from 'next/link'
import { Repeat } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Priority, Task } from '@/api/types'
import { dueInstant, isOverdue } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { classes } from '@/ui/classes'
import { useMe } from '../auth/session'
import { useTaskHref } from '../tasks/useTaskHref'

/** Priorities differ by the length of their bar as well. */
const bars: Record<Priority, string> = {
  none: 'before:inset-y-0 before:bg-line',
  low: 'before:bottom-0 before:h-1/4 before:bg-low',
  medium: 'before:bottom-0 before:h-1/2 before:bg-medium',
  high: 'before:bottom-0 before:h-3/4 before:bg-high',
  urgent: 'before:inset-y-0 before:bg-urgent',
}

type ChipProps = {
  task: Task
  /** Several lines, where there is room. */
  tall?: boolean
  dragged?: boolean
  /** Whether Tab comes here; else it is reached from where it stands. */
  tabbable?: boolean
}

/** A task in the calendar. */
export function Chip({ task, tall = false, dragged = false, tabbable = false }: ChipProps) {
  const t = useTranslations('task')
  const { time_zone: zone } = useMe()
  const names = useDayNames()
  const hrefOf = useTaskHref()
  const now = useNow()
  const overdue = Boolean(task.due && isOverdue(task.due, now, zone))
  const instant = task.due ? dueInstant(task.due, zone) : null
  const { priority } = task
  return (
    <Link
      href={hrefOf(task.task_id)}
      scroll={false}
      tabIndex={tabbable ? 0 : -1}
      draggable={false}
      data-task={task.task_id}
      dir="auto"
      className={classes(
        'relative block overflow-hidden rounded-sm ps-2 pe-1.5 text-2xs select-none',
        'before:absolute before:start-0 before:w-[3px]',
        bars[priority],
        tall ? 'line-clamp-4 bg-raised py-1.5 shadow-[0_0_0_1px_var(--line)]' : 'truncate py-[3px]',
        !tall && instant === null && 'bg-sunken',
        'hover:bg-hover focus-visible:bg-selected focus-visible:outline-offset-0',
        dragged && 'opacity-40',
      )}
    >
      {overdue && <span className="sr-only">{t('overdue')}</span>}
      {instant !== null && (
        <span
          className={classes(
            tall ? 'block' : 'sr-only 2xl:not-sr-only',
            overdue ? 'text-danger' : 'text-faint',
          )}
        >
          {`${names.time(instant, zone)} `}
        </span>
      )}
      <span className={classes(overdue && instant === null && 'text-danger')}>{task.title}</span>
      {task.recurrence && (
        <Repeat size={10} role="img" aria-label={t('recurs')} className="ms-1 inline text-faint" />
      )}
      {priority !== 'none' && <span className="sr-only">{t(`priorities.${priority}`)}</span>}
    </Link>
  )
}
