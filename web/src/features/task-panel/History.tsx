import { ChevronRight } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { classes } from '@/ui/classes'

const TaskHistory = lazy(async () => ({
  default: (await import('../history/TaskHistory')).TaskHistory,
}))

/** What happened to the task: folded away until somebody wants to know. */
export function History({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const [open, setOpen] = useState(false)
  return (
    <section className="mt-6">
      <h3>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="-ms-1.5 flex h-8 items-center gap-1 rounded-md px-1.5 text-xs font-semibold text-muted hover:bg-hover hover:text-ink touch:h-11"
        >
          <ChevronRight
            size={14}
            aria-hidden
            className={classes('rtl:-scale-x-100', open && 'rotate-90 rtl:rotate-90')}
          />
          {t('history')}
        </button>
      </h3>
      {open && (
        <div className="pt-2">
          <Suspense>
            <TaskHistory taskId={task.task_id} workspace={task.workspace_id} />
          </Suspense>
        </div>
      )}
    </section>
  )
}
