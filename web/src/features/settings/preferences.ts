import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { api } from '@/api/client'
import type { Theme, UpdateUser, User } from '@/api/types'
import { bestLocale, type Locale } from '@/i18n/locales'
import { changeLook } from '@/lib/look'
import { toast } from '@/ui/Toast'
import { ME, useMe } from '../auth/session'

/** A person as they will be: what a change names, it sets. */
function changed(user: User, change: UpdateUser): User {
  const { channels, display_name, locale, theme, time_zone, week_start } = change
  return {
    ...user,
    channels: channels ?? user.channels,
    display_name: display_name ?? user.display_name,
    locale: locale ?? user.locale,
    theme: theme ?? user.theme,
    time_zone: time_zone ?? user.time_zone,
    week_start: week_start ?? user.week_start,
    digest_time: 'digest_time' in change ? change.digest_time : user.digest_time,
  }
}

/** What somebody sets holds at once, and is kept with them for their other browsers. */
export function usePreferences() {
  const locale = useLocale()
  const client = useQueryClient()
  const t = useTranslations('shell')
  const { mutate } = useMutation({
    mutationFn: ({ change }: { change: UpdateUser; said?: string | undefined }) =>
      api.PATCH('/api/v1/me', { body: change }),
    mutationKey: ME,
    scope: { id: 'me' },
    onMutate: async ({ change }) => {
      await client.cancelQueries({ queryKey: ME })
      const before = client.getQueryData<User | null>(ME)
      if (before) client.setQueryData(ME, changed(before, change))
      return before
    },
    onSuccess: (_, { said }) => {
      if (said !== undefined) toast({ title: said })
    },
    onError: (_, __, before) => {
      if (before) client.setQueryData(ME, before)
      toast({ title: t('not_kept'), urgent: true })
    },
    // What waits behind this one is not known to the server yet: its answer would take it back.
    onSettled: async () => {
      if (client.isMutating({ mutationKey: ME }) === 1)
        await client.invalidateQueries({ queryKey: ME })
    },
  })

  return useMemo(
    () => ({
      locale,
      save: (change: UpdateUser, said?: string) => mutate({ change, said }),
      setTheme: (theme: Theme) => {
        changeLook({ theme: theme === 'system' ? null : theme })
        mutate({ change: { theme } })
      },
      setLocale: (next: Locale) => {
        changeLook({ locale: next })
        mutate({ change: { locale: next } })
      },
    }),
    [locale, mutate],
  )
}

/** Shows the app as the person has it, also in a browser that is new to them. */
export function useTheirLook(): void {
  const { theme, locale } = useMe()
  useEffect(() => {
    changeLook({ theme: theme === 'system' ? null : theme, locale: bestLocale([locale]) })
  }, [theme, locale])
}
