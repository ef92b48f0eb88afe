'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import type { NewToken, Token } from '@/api/types'
import { useProblemText } from '@/api/useProblemText'
import { useNow } from '@/lib/useNow'
import { Button } from '@/ui/Button'
import { SureButton } from '@/ui/SureButton'
import { toast } from '@/ui/Toast'
import { useMemberships } from '../workspaces/current'
import { useWorkspaceName } from '../workspaces/useWorkspaceName'
import { NewTokenWindow } from './NewTokenWindow'
import { Remote } from '@/api/Remote'
import { Secret } from '@/ui/Secret'
import { hasEnded, TOKENS } from './tokens'
import { useMoment } from '@/lib/useMoment'

/** The tokens by which programs act for somebody. */
export function Tokens() {
  const t = useTranslations('settings')
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<NewToken>()
  const query = useQuery({
    queryKey: TOKENS,
    queryFn: async () => (await data(api.GET('/api/v1/tokens'))).items,
  })
  return (
    <>
      <p className="mb-4 text-xs text-faint">{t('tokens_lead')}</p>
      {made !== undefined && (
        <Secret
          className="mb-6"
          title={t('token_made', { name: made.name })}
          hint={t('token_once')}
          secret={made.secret}
          onDone={() => setMade(undefined)}
        />
      )}
      <Button onClick={() => setMaking(true)} className="mb-4">
        <Plus size={14} aria-hidden />
        {t('token_new')}
      </Button>
      <Remote query={query}>
        {(tokens) =>
          tokens.length === 0 ? (
            <p className="border-y border-line py-6 text-sm text-muted">{t('tokens_none')}</p>
          ) : (
            <ul className="divide-y divide-line border-y border-line">
              {tokens.map((each) => (
                <Line key={each.token_id} token={each} />
              ))}
            </ul>
          )
        }
      </Remote>
      <NewTokenWindow open={making} onOpenChange={setMaking} onMade={setMade} />
    </>
  )
}

function Line({ token }: { token: Token }) {
  const t = useTranslations('settings')
  const moment = useMoment()
  const nameOf = useWorkspaceName()
  const only = useMemberships().find((each) => each.workspace_id === token.workspace_id)
  const revoke = useRevoke()
  const ended = hasEnded(token, useNow())
  const facts = [
    token.scopes.map((scope) => t(`scopes.${scope}`)).join(', '),
    only === undefined ? null : nameOf(only),
    token.last_used_at
      ? t('token_used', { when: moment(token.last_used_at) })
      : t('token_never_used'),
    token.expires_at
      ? ended
        ? t('token_ended', { when: moment(token.expires_at) })
        : t('token_until', { when: moment(token.expires_at) })
      : t('token_forever'),
  ].filter((fact) => fact !== null)
  return (
    <li className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <div className="min-w-40 flex-1">
        <p className="truncate font-medium">{token.name}</p>
        <p className="text-xs text-faint">{facts.join(' · ')}</p>
      </div>
      {!ended && (
        <SureButton
          label={t('token_revoke')}
          sureLabel={t('token_revoke_sure')}
          about={token.name}
          onSure={() => revoke.mutate(token)}
        />
      )}
    </li>
  )
}

/** Revokes a token: what uses it stops at once. It goes from the list, and comes back where that failed. */
function useRevoke() {
  const t = useTranslations('settings')
  const client = useQueryClient()
  const problemText = useProblemText()
  return useMutation({
    mutationFn: ({ token_id }: Token) =>
      api.DELETE('/api/v1/tokens/{token_id}', { params: { path: { token_id } } }),
    onMutate: async (token) => {
      await client.cancelQueries({ queryKey: TOKENS })
      client.setQueryData<Token[]>(TOKENS, (all) => all?.filter((each) => each !== token))
    },
    onSuccess: (_, { name }) => toast({ title: t('token_revoked', { name }) }),
    onError: (error) => toast({ title: t('not_saved'), detail: problemText(error), urgent: true }),
    onSettled: () => client.invalidateQueries({ queryKey: TOKENS }),
  })
}
