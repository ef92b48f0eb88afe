import { useCallback } from 'react'
import { useLocale } from 'use-intl'
import { dayAt } from './days'
import { useDayNames } from './useDayNames'
import { useNow } from './useNow'
import { useMe } from '@/features/auth/session'

/** Says when something was or will be: the time, where it is today; else the day. */
export function useMoment(): (timestamp: string) => string {
  const names = useDayNames()
  const locale = useLocale()
  const now = useNow()
  const { time_zone: timeZone } = useMe()
  return useCallback(
    (timestamp) => {
      const instant = Date.parse(timestamp)
      const today = dayAt(now, timeZone)
      const day = dayAt(instant, timeZone)
      if (day === today) return names.time(instant, timeZone)
      if (names.near(day, today) !== null) return names.brief(day, today)
      return new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium' }).format(instant)
    },
    [names, locale, now, timeZone],
  )
}
