import { useState, type SubmitEvent } from 'react'
import { Plus } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useTasks } from '@/sync'
import { Section } from './Section'
import { SubtaskRow } from './SubtaskRow'
import { usePanelActions } from './usePanelActions'
import { useReorder } from './useReorder'

type SubtasksProps = {
  task: Task
  /** How many tasks are above it. */
  depth: number
  mayEdit: boolean
}

/** Tasks may lie this deep within each other. */
const DEEPEST = 8

/** What the task consists of: ticked, added, and put in order. */
export function Subtasks({ task, depth, mayEdit }: SubtasksProps) {
  const t = useTranslations('panel')
  const { open, done } = task.subtasks
  const mayAdd = mayEdit && depth + 1 < DEEPEST
  if (open + done === 0 && !mayAdd) return null
  return (
    <Section
      title={t('subtasks.title')}
      count={open + done > 0 ? t('subtasks.count', { done, all: open + done }) : undefined}
    >
      <Below task={task} level={0} />
      {mayAdd && <AddSubtask task={task} />}
    </Section>
  )
}

/** The tasks right below one, each with those below it. */
function Below({ task, level }: { task: Task; level: number }) {
  const t = useTranslations('panel')
  const children = useTasks((view) =>
    view
      .tasksIn(task.workspace_id, task.list_id ?? null)
      .filter((each) => each.parent_id === task.task_id),
  )
  const { moved, handlersOf } = useReorder(children)
  if (children.length === 0) return null
  return (
    <>
      <ul
        aria-label={t('subtasks.of', { title: task.title })}
        className={level === 0 ? '-ms-1.5 touch:-ms-3.5' : undefined}
      >
        {children.map((child) => (
          <li key={child.task_id}>
            <SubtaskRow task={child} level={level} {...handlersOf(child)} />
            <Below task={child} level={level + 1} />
          </li>
        ))}
      </ul>
      <p role="status" className="sr-only">
        {moved !== null && t('subtasks.moved', moved)}
      </p>
    </>
  )
}

function AddSubtask({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const { addSubtask } = usePanelActions(task)
  const [title, setTitle] = useState('')
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    if (title.trim() === '') return
    addSubtask(title.trim())
    setTitle('')
  }
  return (
    <form onSubmit={onSubmit} className="-ms-1.5 flex items-center gap-1 touch:-ms-3.5">
      <span className="flex size-7 items-center justify-center text-faint touch:size-11">
        <Plus size={15} aria-hidden />
      </span>
      <input
        data-field="subtask"
        aria-label={t('subtasks.add')}
        placeholder={t('subtasks.add')}
        value={title}
        maxLength={500}
        autoComplete="off"
        enterKeyHint="done"
        dir="auto"
        onChange={(event) => setTitle(event.target.value)}
        className="h-8 min-w-0 grow rounded-sm bg-transparent px-1 text-base outline-offset-0 placeholder:text-faint sm:text-sm touch:h-11"
      />
    </form>
  )
}
