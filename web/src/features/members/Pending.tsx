'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Mail } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import { Remote } from '@/api/Remote'
import type { Invitation } from '@/api/types'
import { useProblemText } from '@/api/useProblemText'
import { useMoment } from '@/lib/useMoment'
import { useNow } from '@/lib/useNow'
import { useSync } from '@/sync'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/Toast'
import { invitationsOf, isOpen } from './invitations'

/** Who was asked and has not answered. */
export function Pending({ workspace }: { workspace: string }) {
  const t = useTranslations('members')
  const query = useQuery({
    queryKey: invitationsOf(workspace),
    queryFn: async () =>
      (await data(api.GET('/api/v1/invitations', { params: { query: { workspace } } }))).items,
    select: (all) => all.filter(({ state }) => state === 'pending'),
  })
  const takeBack = useTakeBack(workspace)
  return (
    <section aria-labelledby="pending" className="mt-8">
      <h2 id="pending" className="mb-2 text-sm font-semibold">
        {t('pending')}
      </h2>
      <Remote query={query}>
        {(open) =>
          open.length === 0 ? (
            <p className="border-y border-line py-4 text-xs text-faint">{t('pending_none')}</p>
          ) : (
            <ul className="divide-y divide-line border-y border-line">
              {open.map((each) => (
                <Line
                  key={each.invitation_id}
                  invitation={each}
                  onTakeBack={() => takeBack.mutate(each)}
                />
              ))}
            </ul>
          )
        }
      </Remote>
    </section>
  )
}

function useTakeBack(workspace: string) {
  const t = useTranslations('members')
  const client = useQueryClient()
  const sync = useSync()
  const problemText = useProblemText()
  const queryKey = invitationsOf(workspace)
  return useMutation({
    mutationFn: ({ invitation_id }: Invitation) => {
      const params = { path: { invitation_id }, query: { workspace } }
      return data(api.DELETE('/api/v1/invitations/{invitation_id}', { params }))
    },
    onMutate: async (gone) => {
      await client.cancelQueries({ queryKey })
      client.setQueryData<Invitation[]>(queryKey, (all) =>
        all?.filter((each) => each.invitation_id !== gone.invitation_id),
      )
    },
    onSuccess: ({ change_id: change }, { email }) => {
      const run = () => {
        if (!change) return
        void sync
          .undo({ change }, workspace)
          .outcome.then(() => client.invalidateQueries({ queryKey }))
      }
      toast({ title: t('taken_back', { email }), action: { label: t('undo'), run } })
    },
    onError: (error) => toast({ title: t('not_done'), detail: problemText(error), urgent: true }),
    onSettled: () => client.invalidateQueries({ queryKey }),
  })
}

type LineProps = { invitation: Invitation; onTakeBack: () => void }

function Line({ invitation, onTakeBack }: LineProps) {
  const t = useTranslations('members')
  const moment = useMoment()
  const { email, role, expires_at: end } = invitation
  const when = moment(end)
  return (
    <li className="flex min-h-14 items-center gap-3 py-2">
      <span className="flex size-6 shrink-0 items-center justify-center text-faint">
        <Mail size={16} aria-hidden />
      </span>
      <div className="min-w-0 grow">
        <p className="truncate font-medium">{email}</p>
        <p className="truncate text-xs text-faint">
          {t(`roles.${role}`)}
          {' · '}
          {isOpen(invitation, useNow()) ? t('open_until', { when }) : t('ended', { when })}
        </p>
      </div>
      <Button look="quiet" onClick={onTakeBack}>
        {t('take_back')}
        <span className="sr-only">{email}</span>
      </Button>
    </li>
  )
}
