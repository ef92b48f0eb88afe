import { useMemo } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { addDays, daysBetween, type Day } from './days'

/** Names of days and times in the language of the app. */
export function useDayNames() {
  const locale = useLocale()
  const t = useTranslations('days')
  return useMemo(() => {
    const format = (options: Intl.DateTimeFormatOptions) => {
      const formatter = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options })
      return (day: Day) => formatter.format(Date.parse(day))
    }
    const weekday = format({ weekday: 'short' })
    const short = format({ day: 'numeric', month: 'short' })
    const withYear = format({ day: 'numeric', month: 'short', year: 'numeric' })
    const long = format({ weekday: 'long', day: 'numeric', month: 'long' })
    const near = (day: Day, today: Day): string | null => {
      switch (daysBetween(today, day)) {
        case -1:
          return t('yesterday')
        case 0:
          return t('today')
        case 1:
          return t('tomorrow')
        default:
          return null
      }
    }
    return {
      /** As short as it can be said: `Tomorrow`, `Thu`, `3 Jan`. */
      brief(day: Day, today: Day): string {
        const name = near(day, today)
        if (name !== null) return name
        if (day > today && day < addDays(today, 7)) return weekday(day)
        return day.slice(0, 4) === today.slice(0, 4) ? short(day) : withYear(day)
      },
      near,
      long,
      time(instant: number, zone: string): string {
        return new Intl.DateTimeFormat(locale, {
          timeZone: zone,
          hour: 'numeric',
          minute: '2-digit',
        }).format(instant)
      },
    }
  }, [locale, t])
}
