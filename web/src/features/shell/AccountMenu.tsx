'use client'

import { LogOut, Settings } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { useProblemText } from '@/api/useProblemText'
import { languageNames, locales } from '@/i18n/locales'
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '@/ui/Menu'
import { toast } from '@/ui/Toast'
import { useMe } from '../auth/session'
import { AccountButton } from './AccountButton'
import { usePreferences } from '../settings/preferences'
import { useSignOut } from './useSignOut'

const languages = locales.map((locale) => ({ value: locale, label: languageNames[locale] }))

/** What belongs to whoever is signed in: theme, language, signing out. */
export function AccountMenu() {
  const t = useTranslations('shell')
  const me = useMe()
  const router = useRouter()
  const signOut = useSignOut()
  const problemText = useProblemText()
  const { locale, setTheme, setLocale } = usePreferences()
  return (
    <Menu defaultOpen trigger={<AccountButton name={me.display_name} />}>
      <p className="px-2 py-1.5 text-2xs text-faint">{me.email}</p>
      <MenuChoice
        label={t('theme')}
        value={me.theme}
        choices={[
          { value: 'system', label: t('theme_system') },
          { value: 'light', label: t('theme_light') },
          { value: 'dark', label: t('theme_dark') },
        ]}
        onChange={setTheme}
      />
      <MenuChoice label={t('language')} value={locale} choices={languages} onChange={setLocale} />
      <MenuSeparator />
      <MenuItem icon={<Settings size={14} aria-hidden />} onSelect={() => router.push('/settings')}>
        {t('settings')}
      </MenuItem>
      <MenuItem
        icon={<LogOut size={14} aria-hidden />}
        onSelect={() =>
          void signOut().catch((error: unknown) =>
            toast({ title: problemText(error), urgent: true }),
          )
        }
      >
        {t('sign_out')}
      </MenuItem>
    </Menu>
  )
}
