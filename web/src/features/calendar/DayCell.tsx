import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import type { Day } from '@/lib/days'
import { classes } from '@/ui/classes'
import { Popover } from '@/ui/Popover'
import { Chip } from './Chip'
import { useCalendarNames } from './useCalendarNames'

export type DayCellProps = {
  day: Day
  tasks: readonly Task[]
  today: boolean
  /** Where the keyboard is, and what the phone shows below. */
  current: boolean
  /** Of another month than the one that is shown. */
  outside: boolean
  /** How many lines there are for tasks; in a week there is no end. */
  room: number
  tall: boolean
  dragged: string | undefined
  onFocus: (day: Day) => void
}

const DOTS = 3

/** A day with its tasks; on phones a month has room for dots only. */
export function DayCell(props: DayCellProps) {
  const { day, tasks, today, current, outside, room, tall, dragged, onFocus } = props
  const t = useTranslations('calendar')
  const names = useCalendarNames()
  const shown = tasks.length > room ? tasks.slice(0, Math.max(0, room - 1)) : tasks
  return (
    <div
      role="gridcell"
      tabIndex={current ? 0 : -1}
      aria-selected={current}
      data-day={day}
      data-drop={`day:${day}`}
      onFocus={() => onFocus(day)}
      className={classes(
        'min-w-0 overflow-hidden border-line p-1 outline-none focus-visible:bg-hover focus-visible:inset-ring-2 focus-visible:inset-ring-focus',
        'data-over:bg-selected data-over:inset-ring-2 data-over:inset-ring-accent',
        tall ? 'min-h-24 border-b sm:border-b-0 sm:border-e last:border-0' : 'border-e border-b',
        outside && 'bg-sidebar text-faint',
        current && 'max-sm:bg-selected',
      )}
    >
      <span className="sr-only">{t('day', { day: names.full(day), count: tasks.length })}</span>
      <p
        className={classes(
          'flex items-center gap-1.5 px-0.5 pb-1 text-2xs',
          !tall && 'max-sm:justify-center',
        )}
        aria-hidden
      >
        <span
          className={classes(
            'inline-flex h-5 min-w-5 whitespace-nowrap items-center justify-center rounded-full px-1',
            today
              ? 'bg-accent font-semibold text-on-accent'
              : outside
                ? 'text-faint'
                : 'text-muted',
          )}
        >
          <span className={classes(!tall && 'max-sm:hidden')}>{names.number(day)}</span>
          {!tall && <span className="sm:hidden">{names.bare(day)}</span>}
        </span>
        {tall && <span className="text-faint sm:hidden">{names.full(day)}</span>}
      </p>
      <div className={classes('space-y-0.5', tall ? 'space-y-1.5' : 'max-sm:hidden')}>
        {shown.map((task) => (
          <Chip key={task.task_id} task={task} tall={tall} dragged={task.task_id === dragged} />
        ))}
        {shown.length < tasks.length && (
          <Popover
            label={names.full(day)}
            trigger={
              <button
                type="button"
                tabIndex={-1}
                className="w-full truncate rounded-sm px-2 py-0.5 text-start text-2xs text-muted hover:bg-hover hover:text-ink"
              >
                {t('more', { count: tasks.length - shown.length })}
              </button>
            }
          >
            <p className="pb-2 font-semibold">{names.full(day)}</p>
            <div className="w-64 space-y-1">
              {tasks.map((task) => (
                <Chip key={task.task_id} task={task} tabbable />
              ))}
            </div>
          </Popover>
        )}
      </div>
      {!tall && tasks.length > 0 && (
        <p aria-hidden className="flex justify-center gap-0.5 sm:hidden">
          {tasks.slice(0, DOTS).map((task) => (
            <span key={task.task_id} className="size-1 rounded-full bg-accent-ink" />
          ))}
        </p>
      )}
    </div>
  )
}
