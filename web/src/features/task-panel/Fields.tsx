import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useMembers, useTasks } from '@/sync'
import { AssigneeField } from './AssigneeField'
import { Chip } from './Chip'
import { DependencyField } from './Dependencies'
import { DueField } from './DueField'
import { ListField } from './ListField'
import { PriorityField } from './PriorityField'
import { RecurrenceField } from './recurrence/RecurrenceField'
import { RemindersField } from './RemindersField'
import { StartField } from './StartField'
import { TagsField } from './TagsField'

/** What is known of a task in a word or two each. What is seldom set is shown when it is, or wanted. */
export function Fields({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const [all, setAll] = useState(false)
  const shared = useMembers(task.workspace_id).length > 1
  const blocks = useTasks((view) =>
    view.tasks(task.workspace_id).filter((each) => each.blocked_by.includes(task.task_id)),
  )
  const hasStart = Boolean(task.start)
  const waits = task.blocked_by.length > 0
  const delays = blocks.length > 0
  return (
    <div className="mt-3 mb-4 flex flex-wrap gap-1.5">
      <DueField task={task} />
      <PriorityField task={task} />
      <ListField task={task} />
      {(shared || Boolean(task.assignee_id)) && <AssigneeField task={task} />}
      <TagsField task={task} />
      <RecurrenceField task={task} />
      <RemindersField task={task} />
      {(all || hasStart) && <StartField task={task} />}
      {(all || waits) && <DependencyField task={task} way="blocked_by" />}
      {(all || delays) && <DependencyField task={task} way="blocks" />}
      {!all && !(hasStart && waits && delays) && (
        <Chip icon={<Plus size={14} />} label={t('more_fields')} onClick={() => setAll(true)} />
      )}
    </div>
  )
}
