import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { api } from '@/api/client'
import type { Theme, UpdateUser } from '@/api/types'
import { bestLocale, type Locale } from '@/i18n/locales'
import { changeLook } from '@/lib/look'
import { toast } from '@/ui/Toast'
import { useMe } from '../auth/session'

/** Theme and language: at once in this browser, and kept with the person for their others. */
export function usePreferences() {
  const me = useMe()
  const locale = useLocale()
  const client = useQueryClient()
  const t = useTranslations('shell')
  const { mutate } = useMutation({
    mutationFn: (body: UpdateUser) => api.PATCH('/api/v1/me', { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['me'] }),
    onError: () => toast({ title: t('not_kept'), urgent: true }),
  })

  return {
    theme: me.theme,
    locale,
    setTheme: (theme: Theme) => {
      changeLook({ theme: theme === 'system' ? null : theme })
      mutate({ theme })
    },
    setLocale: (next: Locale) => {
      changeLook({ locale: next })
      mutate({ locale: next })
    },
  }
}

/** Shows the app as the person has it, also in a browser that is new to them. */
export function useTheirLook(): void {
  const { theme, locale } = useMe()
  useEffect(() => {
    changeLook({ theme: theme === 'system' ? null : theme, locale: bestLocale([locale]) })
  }, [theme, locale])
}
