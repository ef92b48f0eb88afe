import { ChevronRight, Inbox } from 'lucide-react'
import Link from 'next/link'
import { Fragment } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { followInPlace } from '@/lib/inPlace'
import { useSync, useTasks, type View } from '@/sync'
import { ListMark } from '../shell/ListMark'
import { useTaskHref } from '../tasks/useTaskHref'

/** The tasks that a task is a part of, the outermost first. */
export function above(view: View, task: Task): Task[] {
  const found: Task[] = []
  const seen = new Set([task.task_id])
  for (let id = task.parent_id; id && !seen.has(id);) {
    seen.add(id)
    const parent = view.task(id)
    if (parent === undefined) break
    found.unshift(parent)
    id = parent.parent_id
  }
  return found
}

const linkClass = 'min-w-0 truncate rounded-sm hover:text-ink touch:py-3'

/** Where a task is: its list and the tasks above it. */
export function Path({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const hrefOf = useTaskHref()
  const parents = useTasks((view) => above(view, task))
  const list = useSync()
    .view()
    .list(task.list_id ?? '')
  return (
    <nav aria-label={t('path')} className="flex min-w-0 items-center gap-1 text-xs text-muted">
      <Link
        href={task.list_id ? `/list?id=${task.list_id}` : '/inbox'}
        className={`${linkClass} inline-flex items-center gap-1.5`}
      >
        {task.list_id ? <ListMark color={list?.color ?? null} /> : <Inbox size={14} aria-hidden />}
        <span className="truncate" dir="auto">
          {list?.name ?? t('inbox')}
        </span>
      </Link>
      {parents.map((parent) => (
        <Fragment key={parent.task_id}>
          <ChevronRight size={12} aria-hidden className="shrink-0 text-faint rtl:-scale-x-100" />
          <a
            href={hrefOf(parent.task_id)}
            onClick={followInPlace}
            dir="auto"
            className={`${linkClass} max-w-40`}
          >
            {parent.title}
          </a>
        </Fragment>
      ))}
    </nav>
  )
}
