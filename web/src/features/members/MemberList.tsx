'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import type { Member, Role } from '@/api/types'
import { Avatar } from '@/ui/Avatar'
import { Button } from '@/ui/Button'
import { useMe } from '../auth/session'
import { nameOfMember } from './names'
import { RoleSelect } from './RoleSelect'
import { useMemberActions } from './useMemberActions'

/** The members with what they may do; owners change that, and anybody may leave. */
export function MemberList({ owns }: { owns: boolean }) {
  const t = useTranslations('members')
  const router = useRouter()
  const { user_id: me } = useMe()
  const { members, change } = useMemberActions()
  const owners = members.filter(({ role }) => role === 'owner').length
  return (
    <ul aria-label={t('title')} className="divide-y divide-line border-y border-line">
      {members.map((member) => (
        <Line
          key={member.user_id}
          member={member}
          mine={member.user_id === me}
          owns={owns}
          stays={member.role === 'owner' && owners === 1}
          onRole={(role) => change(member, role)}
          onRemove={() => {
            change(member, null)
            if (member.user_id === me) router.push('/today')
          }}
        />
      ))}
    </ul>
  )
}

type LineProps = {
  member: Member
  mine: boolean
  owns: boolean
  /** The only owner: a workspace is never without one. */
  stays: boolean
  onRole: (role: Role) => void
  onRemove: () => void
}

function Line({ member, mine, owns, stays, onRole, onRemove }: LineProps) {
  const t = useTranslations('members')
  const name = nameOfMember(member)
  return (
    <li className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <Avatar name={name} decorative />
      <div className="min-w-36 flex-1">
        <p className="truncate font-medium">
          {name}
          {mine && <span className="ms-1.5 text-xs font-normal text-faint">{t('you')}</span>}
        </p>
        <p className="truncate text-xs text-faint">{member.email}</p>
      </div>
      <div className="flex items-center gap-x-3 max-sm:w-full max-sm:ps-6.5">
        {owns && !stays ? (
          <RoleSelect label={t('role_of', { name })} value={member.role} onChange={onRole} />
        ) : (
          <span className="px-2.5 text-xs text-muted">{t(`roles.${member.role}`)}</span>
        )}
        {(mine || owns) && !stays && (
          <Button look="quiet" onClick={onRemove}>
            {mine ? t('leave') : t('remove')}
            <span className="sr-only">{name}</span>
          </Button>
        )}
      </div>
    </li>
  )
}
