'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { MonitorSmartphone, Smartphone } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import type { OwnSession } from '@/api/types'
import { useProblemText } from '@/api/useProblemText'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/Toast'
import { agentOf } from './agent'
import { Remote } from '@/api/Remote'
import { useMoment } from '@/lib/useMoment'

const SESSIONS = ['sessions']

/** Where somebody is signed in. */
export function Sessions() {
  const t = useTranslations('settings')
  const query = useQuery({
    queryKey: SESSIONS,
    queryFn: async () => (await data(api.GET('/api/v1/sessions'))).items,
  })
  const end = useEnd()
  return (
    <>
      <p className="mb-4 text-xs text-faint">{t('sessions_lead')}</p>
      <Remote query={query}>
        {(sessions) => {
          const others = sessions.filter((each) => !each.current)
          return (
            <>
              <ul className="divide-y divide-line border-y border-line">
                {sessions.map((each) => (
                  <Line key={each.session_id} session={each} onEnd={() => end.mutate([each])} />
                ))}
              </ul>
              {others.length > 1 && (
                <Button look="danger" className="mt-4" onClick={() => end.mutate(others)}>
                  {t('sessions_end_others')}
                </Button>
              )}
            </>
          )
        }}
      </Remote>
    </>
  )
}

/** Ends sessions. They go from the list at once, and come back where that failed. */
function useEnd() {
  const t = useTranslations('settings')
  const client = useQueryClient()
  const problemText = useProblemText()
  return useMutation({
    mutationFn: async (ended: readonly OwnSession[]) => {
      for (const { session_id } of ended) {
        await api.DELETE('/api/v1/sessions/{session_id}', { params: { path: { session_id } } })
      }
    },
    onMutate: async (ended) => {
      await client.cancelQueries({ queryKey: SESSIONS })
      client.setQueryData<OwnSession[]>(SESSIONS, (all) =>
        all?.filter((each) => !ended.includes(each)),
      )
    },
    onSuccess: (_, ended) => toast({ title: t('sessions_ended', { count: ended.length }) }),
    onError: (error) => toast({ title: t('not_saved'), detail: problemText(error), urgent: true }),
    onSettled: () => client.invalidateQueries({ queryKey: SESSIONS }),
  })
}

function Line({ session, onEnd }: { session: OwnSession; onEnd: () => void }) {
  const t = useTranslations('settings')
  const moment = useMoment()
  const { browser, system } = agentOf(session.user_agent)
  const name =
    browser !== undefined && system !== undefined
      ? t('session_name', { browser, system })
      : (browser ?? system ?? t('session_unknown'))
  const Icon = system === 'Android' || system === 'iOS' ? Smartphone : MonitorSmartphone
  return (
    <li className="flex min-h-14 items-center gap-3 py-2">
      <Icon size={18} aria-hidden className="shrink-0 text-faint" />
      <div className="min-w-0 grow">
        <p className="truncate font-medium">{name}</p>
        <p className="text-xs text-faint">
          {session.current ? (
            <span className="font-medium text-ok">{t('session_here')}</span>
          ) : (
            t('session_used', { when: moment(session.last_used_at) })
          )}
          {' · '}
          {t('session_since', { when: moment(session.created_at) })}
        </p>
      </div>
      {!session.current && (
        <Button onClick={onEnd}>
          {t('session_end')}
          <span className="sr-only">{name}</span>
        </Button>
      )}
    </li>
  )
}
