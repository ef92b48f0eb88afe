'use client'

import { useTranslations } from 'use-intl'
import { Page } from '../tasks/Page'
import { useMembership } from '../workspaces/current'
import { useWorkspaceName } from '../workspaces/useWorkspaceName'
import { Alone } from './Alone'
import { Invite } from './Invite'
import { MemberList } from './MemberList'
import { Pending } from './Pending'

/** Who is in the workspace that is shown, and who has been asked. */
export function Members() {
  const t = useTranslations('members')
  const shown = useMembership()
  const nameOf = useWorkspaceName()
  const owns = shown?.role === 'owner'
  return (
    <Page title={t('title')} detail={shown && nameOf(shown)}>
      {shown?.personal === true ? (
        <Alone />
      ) : (
        <div className="px-2 pt-2">
          {owns && <Invite key={shown.workspace_id} workspace={shown.workspace_id} />}
          <MemberList owns={owns} />
          {owns && <Pending workspace={shown.workspace_id} />}
        </div>
      )}
    </Page>
  )
}
