import type { Task } from '@/api/types'
import { AssigneeField } from './AssigneeField'
import { DueField } from './DueField'
import { ListField } from './ListField'
import { PriorityField } from './PriorityField'
import { StartField } from './StartField'
import { TagsField } from './TagsField'

/** What is known of a task in a word or two each. */
export function Fields({ task }: { task: Task }) {
  return (
    <div className="mt-3 mb-4 flex flex-wrap gap-1.5">
      <DueField task={task} />
      <PriorityField task={task} />
      <ListField task={task} />
      <AssigneeField task={task} />
      <TagsField task={task} />
      <StartField task={task} />
    </div>
  )
}
