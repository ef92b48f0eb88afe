'use client'

import { Ban } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { textOf } from '../auth/form'
import { ListMark } from '../shell/ListMark'
import { colours } from './colours'

type ListWindowProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  name?: string
  color?: string | null
  saveLabel: string
  onSave: (name: string, color: string | null) => void
}

/** Name and colour of a list, one that is there or a new one. */
export function ListWindow(props: ListWindowProps) {
  const { open, onOpenChange, title, name, color: before = null, saveLabel, onSave } = props
  const t = useTranslations('lists')
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} closeLabel={t('close')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          const said = textOf(form, 'name').trim()
          if (said === '') return
          const color = textOf(form, 'color')
          onOpenChange(false)
          onSave(said, color === '' ? null : color)
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
        <Colours before={before} />
        <div className="mt-5 flex justify-end">
          <Button type="submit" look="primary">
            {saveLabel}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Colours({ before }: { before: string | null }) {
  const t = useTranslations('lists')
  const [chosen, setChosen] = useState(before ?? '')
  const known = colours.some(({ value }) => value === before)
  const choices: { value: string; label: string }[] = [
    { value: '', label: t('colours.none') },
    ...colours.map(({ name, value }) => ({ value, label: t(`colours.${name}`) })),
    // Another application may have given it a colour of its own.
    ...(before === null || known ? [] : [{ value: before, label: before }]),
  ]
  return (
    <fieldset className="mt-4">
      <legend className="mb-1.5 text-xs font-medium">{t('colour')}</legend>
      <div className="flex flex-wrap gap-1">
        {choices.map(({ value, label }) => (
          <label
            key={value}
            className={classes(
              'relative flex size-9 items-center justify-center rounded-md border touch:size-11',
              'has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-focus',
              value === chosen ? 'border-accent bg-selected' : 'border-transparent hover:bg-hover',
            )}
          >
            <input
              type="radio"
              name="color"
              value={value}
              aria-label={label}
              checked={value === chosen}
              onChange={() => setChosen(value)}
              className="absolute inset-0 opacity-0"
            />
            {value === '' ? (
              <Ban size={16} aria-hidden className="text-faint" />
            ) : (
              <ListMark color={value} />
            )}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
