'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { languageNames, locales } from '@/i18n/locales'
import { changeLook, localeOf, look } from '@/lib/look'
import { Logo } from '@/ui/Logo'
import { Select } from '@/ui/Select'

const languages = locales.map((locale) => ({
  value: locale,
  label: languageNames[locale],
  lang: locale,
}))

type AuthPageProps = { title: string; lead: string; children: ReactNode; other: ReactNode }

/** The frame of the pages for whoever is not signed in. */
export function AuthPage({ title, lead, children, other }: AuthPageProps) {
  const t = useTranslations('auth')
  return (
    <div className="flex min-h-dvh flex-col bg-sidebar">
      <title>{`${title} · Taskfold`}</title>
      <main className="mx-auto flex w-full max-w-sm grow flex-col justify-center px-5 py-10">
        <div className="mb-8 flex items-center gap-2.5">
          <Logo className="size-8" />
          <span className="text-base font-semibold tracking-tight">Taskfold</span>
        </div>
        <h1 className="text-xl font-semibold tracking-tight text-balance">{title}</h1>
        <p className="mt-2 mb-7 text-sm text-muted">{lead}</p>
        {children}
        <p className="mt-6 text-sm text-muted">{other}</p>
      </main>
      <footer className="flex justify-center p-4">
        <Select
          label={t('language')}
          value={localeOf(look())}
          choices={languages}
          onChange={(locale) => changeLook({ locale })}
        />
      </footer>
    </div>
  )
}
