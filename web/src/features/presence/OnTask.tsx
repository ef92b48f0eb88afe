'use client'

import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useOthers } from './others'
import { People } from './People'

/** Who else looks at a task. */
export function OnTask({ task }: { task: Task }) {
  const t = useTranslations('presence')
  return <People label={t('on_task')} people={useOthers(task.workspace_id, task.task_id)} />
}

const fields = ['title', 'description', 'comment'] as const

/**
 * Says who is about to change what, so that two do not write at the same words. It has its place also when there is
 * nothing to say: nothing may move while somebody reads.
 */
export function Editing({ task }: { task: Task }) {
  const t = useTranslations('presence')
  const others = useOthers(task.workspace_id, task.task_id)
  return (
    <div
      role="status"
      className="-mb-1.5 flex h-4 gap-3 overflow-hidden text-2xs whitespace-nowrap text-accent-ink"
    >
      {fields.map((field) => {
        const writing = others.filter((each) => each.field === field)
        const [first] = writing
        return (
          first !== undefined && (
            <p key={field}>
              {t(`editing.${field}`, { name: first.name, others: writing.length - 1 })}
            </p>
          )
        )
      })}
    </div>
  )
}
