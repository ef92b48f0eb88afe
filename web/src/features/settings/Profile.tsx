'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Avatar } from '@/ui/Avatar'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { useMe } from '../auth/session'
import { usePreferences } from './preferences'

/** How others see somebody. */
export function Profile() {
  const t = useTranslations('settings')
  const { display_name: kept, email } = useMe()
  const { save } = usePreferences()
  const [name, setName] = useState(kept)
  const next = name.trim()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (next !== '' && next !== kept) save({ display_name: next }, t('name_saved'))
      }}
    >
      <div className="mb-6 flex items-center gap-3">
        <Avatar name={next === '' ? kept : next} decorative />
        <div className="min-w-0">
          <p className="truncate font-medium">{next === '' ? kept : next}</p>
          <p className="truncate text-xs text-faint">{email}</p>
        </div>
      </div>
      <Field
        label={t('name')}
        hint={t('name_hint')}
        value={name}
        onChange={(event) => setName(event.target.value)}
        autoComplete="name"
        required
        maxLength={200}
        className="mb-4 max-w-sm"
      />
      <Button type="submit" look="primary" disabled={next === '' || next === kept}>
        {t('save')}
      </Button>
    </form>
  )
}
