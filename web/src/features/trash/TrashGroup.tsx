import { RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { dayAt } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { Button } from '@/ui/Button'
import { useMe } from '../auth/session'
import { ListMark } from '../shell/ListMark'
import { useLists } from '../workspaces/replica'
import { listNames } from '../tasks/rows'
import type { Group, Thing } from './groups'

type TrashGroupProps = {
  group: Group
  onRestore: (thing: Thing) => void
  onRestoreAll: () => void
}

/** What one change deleted. */
export function TrashGroup({ group, onRestore, onRestoreAll }: TrashGroupProps) {
  const t = useTranslations('trash')
  const names = useDayNames()
  const { time_zone: zone } = useMe()
  const today = dayAt(useNow(), zone)
  const instant = Date.parse(group.at)
  return (
    <section className="mb-4">
      <div className="flex min-h-9 items-center justify-between border-b border-line ps-2">
        <h2 className="text-xs">
          <span className="font-semibold">{names.brief(dayAt(instant, zone), today)}</span>{' '}
          <span className="text-faint">{names.time(instant, zone)}</span>
        </h2>
        {group.things.length > 1 && (
          <Button look="quiet" onClick={onRestoreAll}>
            <RotateCcw size={14} aria-hidden />
            {t('restore_all', { count: group.things.length })}
          </Button>
        )}
      </div>
      <ul>
        {group.things.map((thing) => (
          <Line key={thing.id} thing={thing} onRestore={() => onRestore(thing)} />
        ))}
      </ul>
    </section>
  )
}

function Line({ thing, onRestore }: { thing: Thing; onRestore: () => void }) {
  const t = useTranslations('trash')
  const name = thing.kind === 'list' ? thing.list.name : thing.task.title
  return (
    <li className="group/line flex min-h-10 items-center gap-3 rounded-md ps-2 hover:bg-hover touch:min-h-12">
      <Mark thing={thing} />
      <div className="min-w-0 grow py-1 sm:flex sm:items-baseline sm:gap-3">
        <p dir="auto" className="line-clamp-2 [overflow-wrap:anywhere]">
          {name}
        </p>
        <p className="shrink-0 text-2xs text-faint">
          <Facts thing={thing} />
        </p>
      </div>
      <Button look="quiet" onClick={onRestore} aria-label={t('restore_name', { name })}>
        <RotateCcw size={14} aria-hidden />
        <span className="max-sm:sr-only">{t('restore')}</span>
      </Button>
    </li>
  )
}

function Mark({ thing }: { thing: Thing }): ReactNode {
  if (thing.kind === 'list') return <ListMark color={thing.list.color ?? null} />
  const done = Boolean(thing.task.completed_at)
  return (
    <svg viewBox="0 0 16 16" className="size-4 shrink-0 text-line-strong" aria-hidden>
      <circle
        cx="8"
        cy="8"
        r="6.25"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeDasharray={done ? undefined : '2.5 2.4'}
      />
      {done && (
        <path d="m5.4 8.2 1.9 1.9 3.5-3.9" fill="none" stroke="currentColor" strokeWidth="1.5" />
      )}
    </svg>
  )
}

function Facts({ thing }: { thing: Thing }): ReactNode {
  const t = useTranslations('trash')
  const lists = listNames(useLists())
  if (thing.kind === 'list') return t('list')
  const { list_id: list, parent_id: parent } = thing.task
  const facts = [parent ? t('subtask') : null, list ? lists.get(list) : null]
  return facts.filter(Boolean).join(' · ')
}
