'use client'

import { useRouter } from 'next/navigation'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useOnceTrue } from '@/lib/useOnceTrue'
import { Opening } from '@/ui/Opening'
import { KeyHandler } from './handler'
import { registry } from './registry'
import { useCommands } from './useCommands'

const KeyMap = lazy(async () => ({ default: (await import('./KeyMap')).KeyMap }))

type Place = 'inbox' | 'today' | 'upcoming' | 'activity' | 'trash' | 'import'

/** Listens to the keys of all commands, and has those that are there on every page. */
export function Commands() {
  const t = useTranslations('commands')
  const router = useRouter()
  const [mapped, setMapped] = useState(false)
  const asked = useOnceTrue(mapped)

  useEffect(() => {
    const { handle } = new KeyHandler(registry)
    // On the window it comes after everything on the page, which may have taken the key.
    window.addEventListener('keydown', handle)
    return () => window.removeEventListener('keydown', handle)
  }, [])

  const go = (name: Place, keys?: string) => ({
    id: `go.${name}`,
    group: 'go' as const,
    label: t(`go.${name}`),
    ...(keys !== undefined && { keys }),
    run: () => router.push(`/${name}`),
  })
  useCommands([
    { id: 'keys', group: 'general', label: t('keys'), keys: '?', run: () => setMapped(true) },
    go('inbox', 'g i'),
    go('today', 'g t'),
    go('upcoming', 'g u'),
    go('activity', 'g a'),
    go('trash', 'g b'),
    go('import'),
  ])

  return (
    asked && (
      <Suspense fallback={<Opening />}>
        <KeyMap open={mapped} onOpenChange={setMapped} />
      </Suspense>
    )
  )
}
