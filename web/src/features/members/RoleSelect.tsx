import { useTranslations } from 'use-intl'
import type { Role } from '@/api/types'
import { Select } from '@/ui/Select'
import { roles } from './roles'

type RoleSelectProps = {
  label: string
  value: Role
  className?: string
  onChange: (role: Role) => void
}

/** What somebody may do, chosen. */
export function RoleSelect({ label, value, className, onChange }: RoleSelectProps) {
  const t = useTranslations('members')
  return (
    <Select
      label={label}
      value={value}
      choices={roles.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
      onChange={onChange}
      {...(className !== undefined && { className })}
    />
  )
}
