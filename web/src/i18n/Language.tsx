'use client'

import { DirectionProvider } from '@base-ui/react/direction-provider'
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { IntlProvider, type Messages } from 'use-intl'
import { localeOf, look, watchLook } from '@/lib/look'
import { directionOf, type Locale } from './locales'

const load: Record<Locale, () => Promise<{ default: Messages }>> = {
  en: () => import('@messages/en.json'),
  de: () => import('@messages/de.json'),
  ar: () => import('@messages/ar.json'),
}

const here = Intl.DateTimeFormat().resolvedOptions().timeZone

type LanguageProps = {
  /** What stands there until the words are loaded; it must have none. */
  fallback: ReactNode
  children: ReactNode
}

/** The app in the language of whoever uses it. The pages that are built in advance have no words. */
export function Language({ fallback, children }: LanguageProps) {
  const locale = useSyncExternalStore(
    watchLook,
    () => localeOf(look()),
    () => null,
  )
  const [loaded, setLoaded] = useState<{ locale: Locale; messages: Messages }>()

  useEffect(() => {
    if (locale === null) return
    let stale = false
    void load[locale]().then(({ default: messages }) => {
      if (!stale) setLoaded({ locale, messages })
    })
    return () => {
      stale = true
    }
  }, [locale])

  if (loaded === undefined) return fallback
  return (
    <DirectionProvider direction={directionOf(loaded.locale)}>
      <IntlProvider locale={loaded.locale} messages={loaded.messages} timeZone={here}>
        {children}
      </IntlProvider>
    </DirectionProvider>
  )
}
