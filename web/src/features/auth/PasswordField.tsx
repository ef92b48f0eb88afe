'use client'

import { Eye, EyeOff } from 'lucide-react'
import { useState, type ComponentProps } from 'react'
import { useTranslations } from 'use-intl'
import { Field } from '@/ui/Field'
import { IconButton } from '@/ui/IconButton'

type PasswordFieldProps = Omit<ComponentProps<typeof Field>, 'type' | 'end' | 'label' | 'name'>

/** A password, which can be looked at while it is typed. */
export function PasswordField(props: PasswordFieldProps) {
  const t = useTranslations('auth')
  const [shown, setShown] = useState(false)
  const Icon = shown ? EyeOff : Eye
  return (
    <Field
      label={t('password')}
      name="password"
      type={shown ? 'text' : 'password'}
      required
      end={
        <IconButton
          label={shown ? t('hide_password') : t('show_password')}
          icon={<Icon size={16} aria-hidden />}
          onClick={() => setShown(!shown)}
        />
      }
      {...props}
    />
  )
}
