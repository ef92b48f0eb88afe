'use client'

import { useTranslations } from 'use-intl'
import { ListWindow } from '../lists/ListWindow'
import { useTaskActions } from '../tasks/useTaskActions'

type NewListProps = { open: boolean; onOpenChange: (open: boolean) => void }

export function NewList({ open, onOpenChange }: NewListProps) {
  const t = useTranslations('shell')
  const { addList } = useTaskActions()
  return (
    <ListWindow
      open={open}
      onOpenChange={onOpenChange}
      title={t('new_list')}
      saveLabel={t('create_list')}
      onSave={addList}
    />
  )
}
