import { CircleSlash2, Milestone, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { followInPlace } from '@/lib/inPlace'
import { useSync, useTasks, type View } from '@/sync'
import { MultiCombobox } from '@/ui/Combobox'
import { IconButton } from '@/ui/IconButton'
import { classes } from '@/ui/classes'
import { useAct } from '../tasks/useAct'
import { useTaskHref } from '../tasks/useTaskHref'
import { Chip } from './Chip'
import { Section } from './Section'

type Way = 'blocked_by' | 'blocks'

const MOST_FOUND = 50

const blockersOf = (view: View, task: Task) => task.blocked_by.flatMap((id) => view.task(id) ?? [])
const blockedBy = (view: View, task: Task) =>
  view.tasks(task.workspace_id).filter((each) => each.blocked_by.includes(task.task_id))

/** The tasks that must be done before this one, or after it. */
function useDependencies(task: Task, way: Way): readonly Task[] {
  return useTasks((view) => (way === 'blocked_by' ? blockersOf(view, task) : blockedBy(view, task)))
}

/** Makes a task wait for another, or not any more. */
function useWaiting(task: Task, way: Way) {
  const t = useTranslations('panel')
  const sync = useSync()
  const act = useAct()
  return (other: Task, waits: boolean) => {
    const [later, first] = way === 'blocked_by' ? [task, other] : [other, task]
    const rest = later.blocked_by.filter((id) => id !== first.task_id)
    const blocked_by = waits ? [...rest, first.task_id] : rest
    act(sync.updateTask(later.task_id, { blocked_by }), t('changed', { field: t(`fields.${way}`) }))
  }
}

/** Chooses the tasks that must be done before this one, or after it. */
export function DependencyField({ task, way }: { task: Task; way: Way }) {
  const t = useTranslations('panel')
  const [text, setText] = useState('')
  const sync = useSync()
  const chosen = useDependencies(task, way)
  const setWaiting = useWaiting(task, way)
  const found = useTasks((view) => matching(view, task, text))
  const options = [...new Set([...chosen, ...found])]
  return (
    <MultiCombobox
      label={t(`fields.${way}`)}
      placeholder={t('find_task')}
      empty={t('nothing_found')}
      onSearch={setText}
      values={chosen.map((each) => each.task_id)}
      options={options.map((each) => ({
        value: each.task_id,
        label: each.title,
        detail: sync.view().list(each.list_id ?? '')?.name,
      }))}
      onChange={(ids) => {
        const before = new Set(chosen.map((each) => each.task_id))
        for (const each of options)
          if (ids.includes(each.task_id) !== before.has(each.task_id))
            setWaiting(each, ids.includes(each.task_id))
      }}
      trigger={
        <Chip
          icon={way === 'blocked_by' ? <CircleSlash2 size={14} /> : <Milestone size={14} />}
          label={t(`fields.${way}`)}
          value={chosen.length > 0 ? t(`dependencies.${way}`, { count: chosen.length }) : undefined}
          tone={way === 'blocked_by' && task.blocked ? 'text-warning' : undefined}
        />
      }
    />
  )
}

/** Open tasks with these words in their title; without words, those of the same list. */
function matching(view: View, task: Task, text: string): Task[] {
  const said = text.trim().toLocaleLowerCase()
  const where =
    said === ''
      ? view.tasksIn(task.workspace_id, task.list_id ?? null)
      : view.tasks(task.workspace_id)
  return where
    .filter(
      (each) =>
        !each.completed_at &&
        each.task_id !== task.task_id &&
        each.title.toLocaleLowerCase().includes(said),
    )
    .slice(0, MOST_FOUND)
}

/** What this task waits for, and what waits for it; nothing where there is neither. */
export function Dependencies({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const first = useDependencies(task, 'blocked_by')
  const later = useDependencies(task, 'blocks')
  if (first.length + later.length === 0) return null
  return (
    <Section title={t('dependencies.title')}>
      <Group task={task} way="blocked_by" others={first} icon={<CircleSlash2 size={14} />} />
      <Group task={task} way="blocks" others={later} icon={<Milestone size={14} />} />
    </Section>
  )
}

type GroupProps = { task: Task; way: Way; others: readonly Task[]; icon: ReactNode }

function Group({ task, way, others, icon }: GroupProps) {
  const t = useTranslations('panel')
  const hrefOf = useTaskHref()
  const setWaiting = useWaiting(task, way)
  if (others.length === 0) return null
  return (
    <ul aria-label={t(`fields.${way}`)}>
      {others.map((other) => (
        <li key={other.task_id} className="flex min-h-8 items-center gap-2 touch:min-h-11">
          <span
            aria-hidden
            className={way === 'blocked_by' && !other.completed_at ? 'text-warning' : 'text-faint'}
          >
            {icon}
          </span>
          <span className="w-20 shrink-0 text-2xs text-faint">{t(`fields.${way}`)}</span>
          <a
            href={hrefOf(other.task_id)}
            onClick={followInPlace}
            dir="auto"
            className={classes(
              'min-w-0 grow truncate rounded-sm hover:underline touch:py-3',
              other.completed_at && 'text-faint line-through',
            )}
          >
            {other.title}
          </a>
          <IconButton
            label={t('dependencies.remove', { title: other.title })}
            icon={<X size={14} aria-hidden />}
            onClick={() => setWaiting(other, false)}
          />
        </li>
      ))}
    </ul>
  )
}
