import type { Task } from '@/api/types'
import { Description } from './Description'
import { Fields } from './Fields'
import { Title } from './Title'

/** The task from its title to its comments. */
export function TaskBody({ task }: { task: Task }) {
  return (
    <div className="grow overflow-y-auto overscroll-contain px-5 pt-1 pb-24">
      <Title task={task} />
      <Fields task={task} />
      <Description task={task} />
    </div>
  )
}
