import { Inbox } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useLists, useSync } from '@/sync'
import { Combobox } from '@/ui/Combobox'
import { ListMark } from '../shell/ListMark'
import { Chip } from './Chip'
import { usePanelActions } from './usePanelActions'

const INBOX = 'inbox'

export function ListField({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const sync = useSync()
  const lists = useLists(task.workspace_id)
  const { moveTo } = usePanelActions(task)
  const list = sync.view().list(task.list_id ?? '')
  const inbox = { value: INBOX, label: t('inbox'), icon: <Inbox size={14} aria-hidden /> }
  return (
    <Combobox
      label={t('fields.list')}
      placeholder={t('find_list')}
      empty={t('nothing_found')}
      value={task.list_id ?? INBOX}
      options={[
        inbox,
        ...lists.map(({ list_id, name, color }) => ({
          value: list_id,
          label: name,
          icon: <ListMark color={color ?? null} />,
        })),
      ]}
      onChange={(value) => moveTo(value === INBOX ? null : value)}
      create={{
        label: (name) => t('create_list', { name }),
        run: (name) => moveTo(sync.createList({ name }, task.workspace_id).id),
      }}
      trigger={
        <Chip
          data-field="list"
          icon={list ? <ListMark color={list.color ?? null} /> : <Inbox size={14} />}
          label={t('fields.list')}
          value={list?.name ?? t('inbox')}
        />
      }
    />
  )
}
