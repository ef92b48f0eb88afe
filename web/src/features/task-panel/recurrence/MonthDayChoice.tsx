import { useTranslations } from 'use-intl'
import type { Day } from '@/lib/days'
import { Select } from '@/ui/Select'
import { nthOf, nths, weekdayCode, weekdays, workdays, type MonthDay } from './rule'
import { nthName, useRuleWords } from './useRuleWords'

type MonthDayChoiceProps = {
  value: MonthDay | null
  start: Day
  onChange: (value: MonthDay) => void
}

/** Which day of the month: its number, its last, or the first to last of a weekday. */
export function MonthDayChoice({ value, start, onChange }: MonthDayChoiceProps) {
  const t = useTranslations('recurrence')
  const words = useRuleWords()
  const day = value ?? { by: 'day' as const, day: Number(start.slice(8)) }
  const nth =
    day.by === 'nth' ? day : { by: 'nth' as const, nth: nthOf(start), weekday: weekdayCode(start) }
  const number = day.by === 'day' ? day.day : Number(start.slice(8))
  return (
    <div className="flex flex-col gap-2">
      <Select
        label={t('month_day')}
        value={day.by}
        choices={[
          { value: 'day', label: words.monthDay({ by: 'day', day: number }) },
          { value: 'nth', label: words.monthDay(nth) },
          { value: 'last', label: words.monthDay({ by: 'last' }) },
        ]}
        onChange={(by) =>
          onChange(by === 'nth' ? nth : by === 'last' ? { by } : { by, day: number })
        }
        className="border border-line"
      />
      {day.by === 'day' && (
        <Select
          label={t('day_of_month')}
          value={String(number)}
          choices={Array.from({ length: 31 }, (_, at) => ({
            value: String(at + 1),
            label: String(at + 1),
          }))}
          onChange={(next) => onChange({ by: 'day', day: Number(next) })}
          className="border border-line"
        />
      )}
      {day.by === 'nth' && (
        <div className="flex gap-2">
          <Select
            label={t('which')}
            value={String(day.nth)}
            choices={nths.map((each) => ({
              value: String(each),
              label: t(`nth.${nthName(each)}`),
            }))}
            onChange={(next) =>
              onChange({ ...day, nth: nths.find((each) => String(each) === next) ?? 1 })
            }
            className="grow border border-line"
          />
          <Select
            label={t('weekday')}
            value={day.weekday}
            choices={[...workdays, weekdays[6], weekdays[0]].map((each) => ({
              value: each,
              label: words.weekday(each),
            }))}
            onChange={(weekday) => onChange({ ...day, weekday })}
            className="grow border border-line"
          />
        </div>
      )}
    </div>
  )
}
