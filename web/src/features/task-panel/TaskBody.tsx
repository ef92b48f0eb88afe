import type { Task } from '@/api/types'
import { useTasks } from '@/sync'
import { Comments } from './Comments'
import { Dependencies } from './Dependencies'
import { Description } from './Description'
import { Fields } from './Fields'
import { History } from './History'
import { above } from './Path'
import { Subtasks } from './Subtasks'
import { Title } from './Title'

/** The task from its title to its comments. */
export function TaskBody({ task }: { task: Task }) {
  const depth = useTasks((view) => above(view, task)).length
  return (
    <div className="grow overflow-y-auto overscroll-contain px-5 pt-1 pb-24">
      <Title task={task} />
      <Fields task={task} />
      <Description task={task} />
      <Dependencies task={task} />
      <Subtasks task={task} depth={depth} />
      <Comments task={task} />
      <History key={task.task_id} task={task} />
    </div>
  )
}
