import { Inbox } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { fitting } from '@/lib/match'
import { ListMark } from '../shell/ListMark'
import { useLists } from '../workspaces/replica'
import { TaskPicker, type AskProps } from './TaskPicker'
import { useTaskChanges } from './useTaskChanges'

export function MovePicker({ open, tasks, onClose }: AskProps) {
  const t = useTranslations('selection')
  const changes = useTaskChanges()
  const [query, setQuery] = useState('')
  const places = [
    { id: '', name: t('inbox'), icon: <Inbox size={15} />, list: null },
    ...(useLists() ?? []).map((list) => ({
      id: list.list_id,
      name: list.name,
      icon: <ListMark color={list.color ?? null} />,
      list,
    })),
  ]
  const options = fitting(query, places, ({ name }) => name).map(({ id, name, icon, list }) => ({
    id: id === '' ? 'inbox' : id,
    label: name,
    icon,
    chosen: tasks.every((task) => (task.list_id ?? '') === id),
    run: () => changes.moveToList(tasks, list),
  }))
  return (
    <TaskPicker
      open={open}
      tasks={tasks}
      onClose={onClose}
      title={t('keys.move')}
      placeholder={t('which_list')}
      query={query}
      onQuery={setQuery}
      options={options}
    />
  )
}
