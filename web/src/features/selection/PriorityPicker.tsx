import { useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Priority } from '@/api/types'
import { fitting } from '@/lib/match'
import { Kbd } from '@/ui/Kbd'
import { TickMark } from '@/ui/Tick'
import { TaskPicker, type AskProps } from './TaskPicker'
import { useTaskChanges } from './useTaskChanges'

const choices: readonly (readonly [Priority, string])[] = [
  ['urgent', '1'],
  ['high', '2'],
  ['medium', '3'],
  ['low', '4'],
  ['none', '0'],
]

export function PriorityPicker({ open, tasks, onClose }: AskProps) {
  const t = useTranslations('selection')
  const changes = useTaskChanges()
  const [query, setQuery] = useState('')
  const named = choices.map(([priority, key]) => ({
    priority,
    key,
    label: t(`priorities.${priority}`),
  }))
  const options = fitting(query, named, ({ label }) => label).map(({ priority, key, label }) => ({
    id: priority,
    label,
    icon: <TickMark done={false} priority={priority} />,
    end: <Kbd>{key}</Kbd>,
    chosen: tasks.every((task) => task.priority === priority),
    run: () => changes.setPriority(tasks, priority),
  }))
  return (
    <TaskPicker
      open={open}
      tasks={tasks}
      onClose={onClose}
      title={t('keys.priority')}
      placeholder={t('which_priority')}
      query={query}
      onQuery={setQuery}
      options={options}
    />
  )
}
