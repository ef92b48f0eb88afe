import { CircleCheck } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { dayAt } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { useTask } from '@/sync'
import { classes } from '@/ui/classes'
import { Tick } from '@/ui/Tick'
import { useMe } from '../auth/session'
import { DueChip } from '../tasks/DueChip'
import { useTaskActions } from '../tasks/useTaskActions'
import { stretchesOf } from './marks'
import type { Found } from './useSearch'

type FoundRowProps = {
  found: Found
  current: boolean
  href: string
  listName: string | undefined
}

/** A task that was found: where the words are, and what is known of it now. */
export function FoundRow({ found, current, href, listName }: FoundRowProps) {
  const t = useTranslations('task')
  const { setDone } = useTaskActions()
  const { task_id: id, workspace_id: workspace } = found.task
  const task = useTask(id, workspace) ?? found.task
  const done = Boolean(task.completed_at)
  // What was changed since it was found is shown as it is now, without marks.
  const title = task.title === found.task.title ? found.title : task.title
  return (
    <div className="group/row relative flex items-start gap-1 rounded-md ps-1 pe-2 hover:bg-hover has-[a:focus-visible]:bg-selected touch:min-h-12">
      <div className="flex h-9 items-center touch:h-12">
        <Tick
          label={t('complete', { title: task.title })}
          done={done}
          priority={task.priority}
          onChange={(next) => setDone(task, next)}
        />
      </div>
      <div className="min-w-0 grow py-2 touch:py-3.5">
        <div className="flex flex-col gap-x-3 sm:flex-row sm:items-baseline">
          <Link
            href={href}
            scroll={false}
            tabIndex={current ? 0 : -1}
            data-task={id}
            className={classes(
              'line-clamp-2 min-w-0 grow outline-none before:absolute before:inset-y-0 before:start-9 before:end-0 touch:before:start-12',
              done && 'text-muted line-through decoration-line-strong',
            )}
          >
            <Marked text={title} />
          </Link>
          <div className="flex shrink-0 flex-wrap items-center gap-x-2.5 text-2xs text-faint empty:hidden">
            {listName !== undefined && <span className="max-w-32 truncate">{listName}</span>}
            {!done && task.due && <DueChip due={task.due} recurs={Boolean(task.recurrence)} />}
            {task.completed_at && <DoneOn at={task.completed_at} />}
          </div>
        </div>
        {found.snippet && (
          <p className="mt-0.5 line-clamp-2 text-xs text-muted">
            <Marked text={found.snippet} />
          </p>
        )}
      </div>
    </div>
  )
}

function Marked({ text }: { text: string }) {
  return stretchesOf(text).map((stretch, at) =>
    stretch.found ? (
      <mark key={at} className="rounded-sm bg-selected text-accent-ink">
        {stretch.text}
      </mark>
    ) : (
      stretch.text
    ),
  )
}

function DoneOn({ at }: { at: string }) {
  const t = useTranslations('search')
  const names = useDayNames()
  const { time_zone: zone } = useMe()
  const day = dayAt(Date.parse(at), zone)
  return (
    <span className="inline-flex items-center gap-1">
      <CircleCheck size={12} aria-hidden />
      {t('done_on', { day: names.brief(day, dayAt(useNow(), zone)) })}
    </span>
  )
}
