import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import type { Member, Role } from '@/api/types'
import { useProblemText } from '@/api/useProblemText'
import { useMembers, useSync } from '@/sync'
import { toast } from '@/ui/Toast'
import { useWorkspace } from '../workspaces/current'
import { nameOfMember } from './names'

/** What is to become of a member: another role, or null to be none any more. */
type Asked = { member: Member; role: Role | null }

/**
 * The members of the workspace that is shown, as they will be: what was asked for is seen until the replica has heard
 * of it, or it was refused.
 */
export function useMemberActions() {
  const t = useTranslations('members')
  const workspace = useWorkspace()
  const members = useMembers(workspace)
  const sync = useSync()
  const problemText = useProblemText()
  const [asked, setAsked] = useState<{ of: readonly Member[]; what: Asked }>()

  const { mutate } = useMutation({
    mutationFn: ({ member: { user_id }, role }: Asked) => {
      const params = { path: { user_id }, query: { workspace } }
      return data(
        role === null
          ? api.DELETE('/api/v1/members/{user_id}', { params })
          : api.PATCH('/api/v1/members/{user_id}', { params, body: { role } }),
      )
    },
    onMutate: (what) => setAsked({ of: members, what }),
    onSuccess: ({ change_id: change }, { member, role }) => {
      const name = nameOfMember(member)
      toast({
        title:
          role === null
            ? t('removed', { name })
            : t('role_changed', { name, role: t(`roles.${role}`) }),
        ...(change && {
          action: { label: t('undo'), run: () => void sync.undo({ change }, workspace) },
        }),
      })
    },
    onError: (error) => {
      setAsked(undefined)
      toast({ title: t('not_done'), detail: problemText(error), urgent: true })
    },
  })

  return {
    members: asked?.of === members ? applied(members, asked.what) : members,
    change: (member: Member, role: Role | null) => mutate({ member, role }),
  }
}

function applied(members: readonly Member[], { member, role }: Asked): readonly Member[] {
  if (role === null) return members.filter((each) => each !== member)
  return members.map((each) => (each === member ? { ...each, role } : each))
}
