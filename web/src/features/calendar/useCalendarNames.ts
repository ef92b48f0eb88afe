import { useMemo } from 'react'
import { useLocale } from 'use-intl'
import type { Day } from '@/lib/days'

/** Names of days and stretches of days in the language of the app. */
export function useCalendarNames() {
  const locale = useLocale()
  return useMemo(() => {
    const format = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options })
    const by = (options: Intl.DateTimeFormatOptions) => {
      const formatter = format(options)
      return (day: Day) => formatter.format(Date.parse(day))
    }
    const stretch = format({ day: 'numeric', month: 'long', year: 'numeric' })
    const number = new Intl.NumberFormat(locale)
    const short = by({ day: 'numeric', month: 'short' })
    const bare = (day: Day) => number.format(Number(day.slice(8)))
    return {
      month: by({ month: 'long', year: 'numeric' }),
      stretch: (from: Day, to: Day) => stretch.formatRange(Date.parse(from), Date.parse(to)),
      weekday: by({ weekday: 'short' }),
      full: by({ weekday: 'long', day: 'numeric', month: 'long' }),
      /** The number of the day; on the first of a month with its name. */
      number: (day: Day) => (day.endsWith('-01') ? short(day) : bare(day)),
      bare,
    }
  }, [locale])
}
