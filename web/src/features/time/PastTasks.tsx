import { useTranslations } from 'use-intl'
import type { List, Task } from '@/api/types'
import { classes } from '@/ui/classes'
import { EmptyState } from '@/ui/EmptyState'
import type { Change } from '../history/changes'
import { ListMark } from '../shell/ListMark'
import { Sheet } from '../tasks/figures'
import { listNames } from '../tasks/rows'
import { PastHeading } from './PastHeading'
import { PastTask } from './PastTask'
import type { Since } from './compare'
import type { PastRow } from './rows'

type PastTasksProps = {
  rows: readonly PastRow[]
  since: ReadonlyMap<string, Since>
  /** The change that led to this: what it touched is marked. */
  touched: Change
  lists: readonly List[]
  showLists: boolean
  cut: boolean
  /** It is of another moment: that of this one is being read. */
  stale: boolean
  onRestore: (task: Task) => void
}

/** The tasks of the past: to be read and had back, not to be changed. */
export function PastTasks(props: PastTasksProps) {
  const { rows, since, touched, lists, showLists, cut, stale, onRestore } = props
  const t = useTranslations('time')
  const names = listNames(lists)
  const marked = new Set(touched.events.map((event) => event.stream_id))
  if (rows.length === 0) {
    return <EmptyState figure={<Sheet />} title={t('nothing')} detail={t('nothing_more')} />
  }
  return (
    <div
      aria-busy={stale}
      className={classes(
        'mx-auto w-full max-w-[760px] grow px-3 pt-3 pb-8 transition-opacity duration-100 sm:px-8',
        // Seldom seen: it is mostly there before.
        stale && 'opacity-50 delay-300',
      )}
    >
      <ul>
        {rows.map((row) => {
          switch (row.kind) {
            case 'heading':
              return <PastHeading key={row.key} heading={row.heading} count={row.count} />
            case 'list':
              return (
                <li key={row.key}>
                  <h2 className="flex items-center gap-2 border-b border-line ps-2 pt-5 pb-1.5 text-xs font-semibold">
                    <ListMark color={row.list?.color ?? null} />
                    <span dir="auto">{row.list?.name ?? t('places.inbox')}</span>
                    <span className="ms-auto pe-3 text-2xs font-normal text-faint">
                      {row.count}
                    </span>
                  </h2>
                </li>
              )
            case 'task':
              return (
                <PastTask
                  key={row.key}
                  task={row.task}
                  depth={row.depth}
                  since={since.get(row.key)}
                  marked={marked.has(row.key)}
                  listName={showLists && row.task.list_id ? names.get(row.task.list_id) : undefined}
                  onRestore={() => onRestore(row.task)}
                />
              )
          }
        })}
      </ul>
      {cut && (
        <p className="pt-4 text-center text-xs text-faint">{t('cut', { count: rows.length })}</p>
      )}
    </div>
  )
}
