import { Hash } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useTags } from '@/sync'
import { MultiCombobox } from '@/ui/Combobox'
import { Chip } from './Chip'
import { usePanelActions } from './usePanelActions'

export function TagsField({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const known = useTags(task.workspace_id)
  const { update } = usePanelActions(task)
  const tags = [...new Set([...known.map(({ tag }) => tag), ...task.tags])]
  return (
    <MultiCombobox
      label={t('fields.tags')}
      placeholder={t('find_tag')}
      empty={t('no_tags')}
      values={task.tags}
      options={tags.map((tag) => ({
        value: tag,
        label: tag,
        icon: <Hash size={14} aria-hidden className="text-faint" />,
      }))}
      onChange={(next) => update({ tags: next }, 'tags')}
      create={{
        label: (tag) => t('create_tag', { tag }),
        run: (tag) => update({ tags: [...task.tags, tag.replace(/^#/, '')] }, 'tags'),
      }}
      trigger={
        <Chip
          data-field="tags"
          icon={<Hash size={14} />}
          label={t('fields.tags')}
          value={task.tags.length > 0 ? task.tags.join(', ') : undefined}
        />
      }
    />
  )
}
