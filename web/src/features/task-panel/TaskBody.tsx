import { useRef } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useTasks } from '@/sync'
import { Editing } from '../presence/OnTask'
import { Comments } from './Comments'
import { Dependencies } from './Dependencies'
import { Description } from './Description'
import { Fields } from './Fields'
import { History } from './History'
import { PanelCommands } from './PanelCommands'
import { above } from './Path'
import { Subtasks } from './Subtasks'
import { Title } from './Title'
import { useRights } from './useRights'

/** The task from its title to its comments. */
export function TaskBody({ task }: { task: Task }) {
  const depth = useTasks((view) => above(view, task)).length
  const t = useTranslations('panel')
  const rights = useRights(task)
  const body = useRef<HTMLDivElement>(null)
  const panel = () => body.current?.closest<HTMLElement>('[tabindex="-1"]') ?? null
  return (
    <div ref={body} className="grow overflow-y-auto overscroll-contain px-5 pt-1 pb-24">
      <PanelCommands task={task} panel={panel} />
      {/* It says for all controls in it that they only show. */}
      <fieldset disabled={!rights.edit} className="min-w-0">
        <legend className="sr-only">{t('label')}</legend>
        <Title task={task} />
        <Editing task={task} />
        <Fields task={task} />
        <Description task={task} mayEdit={rights.edit} />
        <Dependencies task={task} />
        <Subtasks task={task} depth={depth} mayEdit={rights.edit} />
      </fieldset>
      <Comments task={task} mayComment={rights.comment} />
      <History key={task.task_id} task={task} />
    </div>
  )
}
