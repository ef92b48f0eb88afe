'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { onSignedOut } from '@/api/client'
import { useProblemText } from '@/api/useProblemText'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { signInPath } from './return-path'
import { leave, useSession } from './session'

type SignedInProps = { fallback: ReactNode; children: ReactNode }

/** Lets nobody through who is not signed in; they come back here once they are. */
export function SignedIn({ fallback, children }: SignedInProps) {
  const session = useSession()
  const client = useQueryClient()
  const router = useRouter()
  const t = useTranslations('errors')
  const problemText = useProblemText()
  const nobody = session.data === null

  useEffect(() => onSignedOut(() => leave(client)), [client])
  useEffect(() => {
    if (!nobody) return
    const { pathname, search } = window.location
    router.replace(signInPath(pathname + search))
  }, [nobody, router])

  if (session.data) return children
  if (session.isError) {
    return (
      <main className="flex min-h-dvh items-center justify-center">
        <EmptyState
          wholePage
          title={t('no_start')}
          detail={problemText(session.error)}
          action={
            <Button look="primary" onClick={() => void session.refetch()}>
              {t('again')}
            </Button>
          }
        />
      </main>
    )
  }
  return fallback
}
