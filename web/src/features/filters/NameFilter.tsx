'use client'

import { useTranslations } from 'use-intl'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { textOf } from '../auth/form'

type NameFilterProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Its name until now, where it has one. */
  name: string | undefined
  onName: (name: string) => void
}

/** Asks for the name of a filter: a new one, or a known one again. */
export function NameFilter({ open, onOpenChange, name, onName }: NameFilterProps) {
  const t = useTranslations('filters')
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={name === undefined ? t('save_new') : t('rename')}
      closeLabel={t('close')}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const said = textOf(new FormData(event.currentTarget), 'name').trim()
          if (said === '') return
          onOpenChange(false)
          if (said !== name) onName(said)
        }}
      >
        <Field
          label={t('name')}
          name="name"
          defaultValue={name}
          required
          maxLength={200}
          autoComplete="off"
          autoFocus
        />
        <div className="mt-4 flex justify-end">
          <Button type="submit" look="primary">
            {name === undefined ? t('save') : t('rename')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
