import { CalendarDays } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { addDays, type Day } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { Button } from '@/ui/Button'
import { DatePicker } from '@/ui/DatePicker'
import { Select } from '@/ui/Select'
import { useMe } from '../../auth/session'
import { useToday } from '../useToday'
import { NumberInput } from './NumberInput'
import type { End } from './rule'

type EndChoiceProps = { end: End; start: Day; onChange: (end: End) => void }

/** Whether, and when, it ends. */
export function EndChoice({ end, start, onChange }: EndChoiceProps) {
  const t = useTranslations('recurrence')
  const { week_start } = useMe()
  const today = useToday()
  const names = useDayNames()
  const choose = (is: End['is']) => {
    if (is === 'never') onChange({ is })
    else if (is === 'count') onChange({ is, count: 10 })
    else onChange({ is, day: addDays(start, 90) })
  }
  return (
    <div className="flex items-center gap-2">
      <Select
        label={t('end')}
        value={end.is}
        choices={[
          { value: 'never', label: t('ends.never') },
          { value: 'until', label: t('ends.until') },
          { value: 'count', label: t('ends.count') },
        ]}
        onChange={choose}
        className="grow border border-line"
      />
      {end.is === 'count' && (
        <NumberInput
          label={t('count')}
          value={end.count}
          most={1000}
          onChange={(count) => onChange({ is: 'count', count })}
        />
      )}
      {end.is === 'until' && (
        <DatePicker
          label={t('last_day')}
          value={end.day}
          today={today}
          weekStart={week_start}
          onChange={(day) => onChange(day === null ? { is: 'never' } : { is: 'until', day })}
          trigger={
            <Button>
              <CalendarDays size={14} aria-hidden />
              {names.brief(end.day, today)}
            </Button>
          }
        />
      )}
    </div>
  )
}
