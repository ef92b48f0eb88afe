'use client'

import { useSyncExternalStore } from 'react'
import { useTranslations } from 'use-intl'
import { changeLook, look, watchLook } from '@/lib/look'
import { Segmented } from '@/ui/Segmented'
import { useMe } from '../auth/session'
import { usePreferences } from './preferences'
import { Setting } from './Setting'

/** How the app looks. */
export function LookSection() {
  const t = useTranslations('settings')
  const { theme } = useMe()
  const { setTheme } = usePreferences()
  const density = useSyncExternalStore(
    watchLook,
    () => look().density,
    () => 'comfortable' as const,
  )
  return (
    <>
      <Setting label={t('theme')} hint={t('theme_hint')}>
        <Segmented
          label={t('theme')}
          value={theme}
          choices={[
            { value: 'system', label: t('themes.system') },
            { value: 'light', label: t('themes.light') },
            { value: 'dark', label: t('themes.dark') },
          ]}
          onChange={setTheme}
        />
      </Setting>
      <Setting label={t('density')} hint={t('density_hint')}>
        <Segmented
          label={t('density')}
          value={density}
          choices={[
            { value: 'comfortable', label: t('densities.comfortable') },
            { value: 'compact', label: t('densities.compact') },
          ]}
          onChange={(next) => changeLook({ density: next })}
        />
      </Setting>
    </>
  )
}
