import { UserRoundX } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { fitting } from '@/lib/match'
import { Avatar } from '@/ui/Avatar'
import { useMemberNames } from '../workspaces/replica'
import { TaskPicker, type AskProps } from './TaskPicker'
import { useTaskChanges } from './useTaskChanges'

export function AssigneePicker({ open, tasks, onClose }: AskProps) {
  const t = useTranslations('selection')
  const changes = useTaskChanges()
  const [query, setQuery] = useState('')
  const people = [
    ...[...useMemberNames()].map(([id, name]) => ({
      id,
      name,
      icon: <Avatar name={name} decorative />,
    })),
    { id: null, name: t('nobody'), icon: <UserRoundX size={15} /> },
  ]
  const options = fitting(query, people, ({ name }) => name).map(({ id, name, icon }) => ({
    id: id ?? 'nobody',
    label: name,
    icon,
    chosen: tasks.every((task) => (task.assignee_id ?? null) === id),
    run: () => changes.setAssignee(tasks, id),
  }))
  return (
    <TaskPicker
      open={open}
      tasks={tasks}
      onClose={onClose}
      title={t('keys.assignee')}
      placeholder={t('which_person')}
      query={query}
      onQuery={setQuery}
      options={options}
    />
  )
}
