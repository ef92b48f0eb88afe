import type { KeyboardEvent } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { classes } from '@/ui/classes'
import { TextArea } from '@/ui/TextArea'
import { Tick } from '@/ui/Tick'
import { useTaskActions } from '../tasks/useTaskActions'
import { useDraft } from './useDraft'
import { usePanelActions } from './usePanelActions'

/** The title, edited where it stands: Enter keeps it, Escape does not. */
export function Title({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const tasks = useTranslations('task')
  const { setDone } = useTaskActions()
  const { update } = usePanelActions(task)
  const done = Boolean(task.completed_at)
  const draft = useDraft(task.title, (text) => {
    const title = text.trim()
    if (title !== '' && title !== task.title) update({ title }, 'title')
  })
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') draft.drop()
    else if (event.key !== 'Enter') return
    event.preventDefault()
    event.stopPropagation()
    // The rest follows from leaving it; the panel's keys are there again.
    event.currentTarget.closest<HTMLElement>('[tabindex="-1"]')?.focus()
  }
  return (
    <div className="flex items-start gap-1.5">
      <div className="-ms-1.5 pt-px touch:-ms-3.5 touch:-mt-2.5">
        <Tick
          label={tasks('complete', { title: task.title })}
          done={done}
          priority={task.priority}
          onChange={(next) => setDone(task, next)}
        />
      </div>
      <h2 className="min-w-0 grow text-lg font-semibold tracking-tight">
        <TextArea
          data-field="title"
          label={t('title')}
          value={draft.text}
          maxLength={500}
          enterKeyHint="done"
          onFocus={draft.begin}
          onChange={(event) => draft.edit(event.target.value.replace(/\n/g, ' '))}
          onBlur={draft.keep}
          onKeyDown={onKeyDown}
          className={classes(
            'rounded-sm outline-offset-4',
            done && !draft.editing && 'text-faint line-through decoration-1',
          )}
        />
      </h2>
    </div>
  )
}
