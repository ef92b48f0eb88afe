'use client'

import { useTranslations } from 'use-intl'
import type { List } from '@/api/types'
import { ListWindow } from './ListWindow'
import { useListActions } from './useListActions'

type EditListProps = { list: List; open: boolean; onOpenChange: (open: boolean) => void }

export function EditList({ list, open, onOpenChange }: EditListProps) {
  const t = useTranslations('lists')
  const { change } = useListActions()
  return (
    <ListWindow
      open={open}
      onOpenChange={onOpenChange}
      title={t('edit')}
      name={list.name}
      color={list.color ?? null}
      saveLabel={t('save')}
      onSave={(name, color) => change(list, name, color)}
    />
  )
}
