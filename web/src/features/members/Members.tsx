'use client'

import { useTranslations } from 'use-intl'
import { useMembers } from '@/sync'
import { Avatar } from '@/ui/Avatar'
import { Page } from '../tasks/Page'
import { useMembership, useWorkspace } from '../workspaces/current'
import { useWorkspaceName } from '../workspaces/useWorkspaceName'

/** Who is in the workspace that is shown. */
export function Members() {
  const t = useTranslations('members')
  const members = useMembers(useWorkspace())
  const shown = useMembership()
  const nameOf = useWorkspaceName()
  return (
    <Page title={t('title')} detail={shown && nameOf(shown)}>
      <ul aria-label={t('title')} className="mt-4 divide-y divide-line border-y border-line">
        {members.map(({ user_id: id, display_name: name, email, role }) => (
          <li key={id} className="flex min-h-14 items-center gap-3 px-2 py-2">
            <Avatar name={name ?? email ?? ''} decorative />
            <div className="min-w-0 grow">
              <p className="truncate font-medium">{name}</p>
              <p className="truncate text-xs text-faint">{email}</p>
            </div>
            <span className="text-xs text-muted">{t(`roles.${role}`)}</span>
          </li>
        ))}
      </ul>
    </Page>
  )
}
