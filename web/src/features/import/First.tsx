import { CalendarDays, Hash, Repeat } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { ImportFirst } from '@/api/types'
import { dayAt } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { classes } from '@/ui/classes'
import { TickMark } from '@/ui/Tick'
import { useMe } from '../auth/session'

type FirstProps = {
  first: ImportFirst
  /** How many tasks the file has. */
  total: number
}

/** So many show what the file is; it does not have to be read to its end. */
const SHOWN = 12

type FirstTask = ImportFirst['tasks'][number]

/** The first of what would come, as it would look here. */
export function First({ first, total }: FirstProps) {
  const t = useTranslations('import')
  const tasks = first.tasks.slice(0, SHOWN)
  if (tasks.length === 0) return null
  return (
    <section className="mt-5">
      <h3 className="mb-1.5 text-xs font-semibold">{t('first')}</h3>
      <div className="rounded-md border border-line bg-canvas p-2">
        <ul>
          {tasks.map((task, at) => (
            <Line
              key={at}
              task={task}
              list={task.list === tasks[at - 1]?.list ? null : task.list}
            />
          ))}
        </ul>
        {total > tasks.length && (
          <p className="px-2 py-1.5 text-2xs text-faint">
            {t('and_more', { count: total - tasks.length })}
          </p>
        )}
      </div>
    </section>
  )
}

const indents = ['', 'ms-6', 'ms-12', 'ms-18']

/** A task; the first one of a list stands below its name. */
function Line({ task, list }: { task: FirstTask; list: string | null | undefined }) {
  return (
    <li>
      {list && (
        <p dir="auto" className="px-2 pt-2 pb-1 text-2xs font-semibold text-muted">
          {list}
        </p>
      )}
      <div
        className={classes(
          'flex min-h-8 items-center gap-2 px-2 text-xs',
          indents[Math.min(task.depth, indents.length - 1)],
        )}
      >
        <TickMark priority={task.priority} done={task.completed} />
        <span dir="auto" className="min-w-0 grow truncate">
          {task.title}
        </span>
        <Facts task={task} />
      </div>
    </li>
  )
}

function Facts({ task: { due, tags, rule } }: { task: FirstTask }) {
  const t = useTranslations('import')
  const days = useDayNames()
  const { time_zone: zone } = useMe()
  const today = dayAt(useNow(), zone)
  return (
    <span className="flex shrink-0 items-center gap-2 text-2xs text-faint">
      {tags.slice(0, 2).map((tag) => (
        <span key={tag} className="inline-flex max-w-24 items-center gap-0.5 max-sm:hidden">
          <Hash size={11} aria-hidden className="shrink-0" />
          <span className="truncate">{tag}</span>
        </span>
      ))}
      {due && (
        <span className="inline-flex items-center gap-1">
          <CalendarDays size={11} aria-hidden />
          {days.brief(due.date, today)}
        </span>
      )}
      {rule && <Repeat size={11} role="img" aria-label={t('repeats')} />}
    </span>
  )
}
