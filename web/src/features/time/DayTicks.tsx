import { memo } from 'react'
import { dayAt } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { useMe } from '../auth/session'
import type { Scale } from './scale'

/** Pixels that the name of a day takes. */
const LABEL = 68

type DayTicksProps = { days: Scale['days']; width: number }

/** Where the days begin; those with enough room are named. */
export const DayTicks = memo(function DayTicks({ days, width }: DayTicksProps) {
  const names = useDayNames()
  const { time_zone: zone } = useMe()
  const today = dayAt(useNow(), zone)
  let end = -Infinity
  return (
    <span aria-hidden className="pointer-events-none absolute inset-x-0 top-12 bottom-0">
      {days.map(({ day, x }) => {
        const start = x * width
        const fits = start >= end && start + LABEL / 2 <= width
        if (fits) end = start + LABEL
        return (
          <span
            key={day}
            className="absolute top-0 text-2xs whitespace-nowrap text-faint"
            style={{ insetInlineStart: start }}
          >
            <span className={fits ? 'block h-2 w-px bg-line-strong' : 'block h-1 w-px bg-line'} />
            {fits && names.brief(day, today)}
          </span>
        )
      })}
    </span>
  )
})
