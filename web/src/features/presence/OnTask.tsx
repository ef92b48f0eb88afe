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

/** Says who is about to change what, so that two do not write at the same words. */
export function Editing({ task }: { task: Task }) {
  const t = useTranslations('presence')
  const others = useOthers(task.workspace_id, task.task_id)
  return (
    <div role="status" className="text-2xs text-accent-ink empty:hidden">
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
