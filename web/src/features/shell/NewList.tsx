'use client'

import { useTranslations } from 'use-intl'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { textOf } from '../auth/form'
import { useTaskActions } from '../tasks/useTaskActions'

type NewListProps = { open: boolean; onOpenChange: (open: boolean) => void }

export function NewList({ open, onOpenChange }: NewListProps) {
  const t = useTranslations('shell')
  const { addList } = useTaskActions()
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('new_list')} closeLabel={t('dismiss')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const name = textOf(new FormData(event.currentTarget), 'name').trim()
          if (name === '') return
          onOpenChange(false)
          addList(name)
        }}
      >
        <Field
          label={t('list_name')}
          name="name"
          required
          maxLength={200}
          autoComplete="off"
          autoFocus
        />
        <div className="mt-4 flex justify-end">
          <Button type="submit" look="primary">
            {t('create_list')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
