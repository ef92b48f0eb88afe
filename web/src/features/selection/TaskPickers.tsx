'use client'

import { useState } from 'react'
import type { Task } from '@/api/types'
import { AssigneePicker } from './AssigneePicker'
import { DuePicker } from './DuePicker'
import { MovePicker } from './MovePicker'
import { PriorityPicker } from './PriorityPicker'
import { TagsPicker } from './TagsPicker'

export type Asking = 'due' | 'priority' | 'move' | 'tags' | 'assignee'

const pickers = {
  due: DuePicker,
  priority: PriorityPicker,
  move: MovePicker,
  tags: TagsPicker,
  assignee: AssigneePicker,
}

type TaskPickersProps = {
  asking: Asking | undefined
  tasks: readonly Task[]
  onClose: () => void
}

/** Asks for what a command of tasks needs. */
export function TaskPickers({ asking, tasks, onClose }: TaskPickersProps) {
  // What was asked last stays while its window fades, with the tasks that it was about.
  const [last, setLast] = useState({ asking, tasks })
  if (asking !== undefined && (last.asking !== asking || last.tasks !== tasks))
    setLast({ asking, tasks })
  if (last.asking === undefined) return null
  const Picker = pickers[last.asking]
  return (
    <Picker key={last.asking} open={asking !== undefined} tasks={last.tasks} onClose={onClose} />
  )
}
