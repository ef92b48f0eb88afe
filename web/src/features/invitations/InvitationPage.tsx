'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter, useSearchParams } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import type { NamedInvitation } from '@/api/types'
import { useProblemText } from '@/api/useProblemText'
import { useNow } from '@/lib/useNow'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { toast } from '@/ui/Toast'
import { useMe } from '../auth/session'
import { Company, Sheet } from '../tasks/figures'
import { Page, TasksSkeleton } from '../tasks/Page'
import { choose } from '../workspaces/chosen'

/** Where the link of an invitation leads: somebody joins, or says no. Nothing happens before they have said which. */
export function InvitationPage() {
  const t = useTranslations('invitation')
  const search = useSearchParams()
  const [id, secret] = [search.get('id'), search.get('secret')]
  return (
    <Page title={t('title')}>
      {id === null || secret === null ? (
        <EmptyState figure={<Sheet />} title={t('partial')} detail={t('partial_more')} />
      ) : (
        <Asked id={id} secret={secret} />
      )}
    </Page>
  )
}

/** Why an invitation cannot be answered any more; null as long as it can. */
function reasonOf({ state, expires_at: end }: NamedInvitation, now: number) {
  switch (state) {
    case 'accepted':
      return 'invitation_used'
    case 'revoked':
      return 'invitation_revoked'
    case 'pending':
      return Date.parse(end) <= now ? 'invitation_expired' : null
  }
}

function Asked({ id, secret }: { id: string; secret: string }) {
  const t = useTranslations('invitation')
  const errors = useTranslations('errors')
  const now = useNow()
  const router = useRouter()
  const problemText = useProblemText()
  const { email } = useMe()
  const asked = { params: { path: { invitation_id: id } }, body: { secret } }
  const preview = useQuery({
    queryKey: ['invitation', id],
    queryFn: () => data(api.POST('/api/v1/invitations/{invitation_id}/preview', asked)),
  })
  const accept = useMutation({
    mutationFn: async () => {
      const joined = await data(api.POST('/api/v1/invitations/{invitation_id}/accept', asked))
      return joined.id
    },
    onSuccess: (workspace) => {
      if (workspace) choose(workspace)
      toast({ title: t('accepted') })
      router.replace('/inbox')
    },
  })
  const decline = useMutation({
    mutationFn: () => data(api.POST('/api/v1/invitations/{invitation_id}/decline', asked)),
    onSuccess: () => {
      toast({ title: t('declined') })
      router.replace('/today')
    },
  })
  const busy = accept.isPending || decline.isPending
  const error = accept.error ?? decline.error ?? preview.error
  const over = preview.data === undefined ? null : reasonOf(preview.data, now)
  if (error !== null || over !== null) {
    return (
      <div role="alert">
        <EmptyState
          figure={<Sheet />}
          title={t('failed')}
          detail={over === null ? problemText(error) : errors(over)}
          action={
            <Link href="/today" className="font-medium text-accent-ink hover:underline">
              {t('to_today')}
            </Link>
          }
        />
      </div>
    )
  }
  if (preview.data === undefined) return <TasksSkeleton />
  const { workspace_name: workspace, inviter_name: inviter } = preview.data
  return (
    <EmptyState
      figure={<Company />}
      title={inviter ? t('asked_by', { inviter, workspace }) : t('asked', { workspace })}
      detail={t('asked_more', { email })}
      action={
        <div className="flex flex-wrap justify-center gap-2">
          <Button look="primary" size="large" disabled={busy} onClick={() => accept.mutate()}>
            {t('accept')}
          </Button>
          <Button size="large" disabled={busy} onClick={() => decline.mutate()}>
            {t('decline')}
          </Button>
        </div>
      }
    />
  )
}
