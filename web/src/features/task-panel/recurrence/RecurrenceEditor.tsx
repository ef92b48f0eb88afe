import { useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Due, Recurrence } from '@/api/types'
import type { components } from '@/api/schema'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { classes } from '@/ui/classes'
import { Select } from '@/ui/Select'
import { EndChoice } from './EndChoice'
import { MonthDayChoice } from './MonthDayChoice'
import { NextDates } from './NextDates'
import { NumberInput } from './NumberInput'
import {
  every,
  readRule,
  ruleText,
  units,
  weekdayCode,
  weekdays,
  workdays,
  type Rule,
} from './rule'
import { useRuleWords } from './useRuleWords'

type RecurrenceInput = components['schemas']['RecurrenceInput']

type RecurrenceEditorProps = {
  recurrence: Recurrence | null
  /** The due date that it is counted from. */
  start: Due
  onSave: (recurrence: RecurrenceInput | null) => void
}

/** A rule from presets or part by part, in words, with the dates that it gives. */
export function RecurrenceEditor({ recurrence, start, onSave }: RecurrenceEditorProps) {
  const t = useTranslations('recurrence')
  const words = useRuleWords()
  const read = recurrence ? readRule(recurrence.rule) : every('week')
  // What has no words here is shown as it is, until something else is chosen.
  const [rule, setRule] = useState(read)
  const [completion, setCompletion] = useState(recurrence?.from === 'completion')
  const text = rule === null ? (recurrence?.rule ?? '') : ruleText(rule)
  const from = completion ? ('completion' as const) : ('due' as const)
  const except = recurrence?.except ?? []
  const presets: { label: string; rule: Rule }[] = [
    { label: t('daily'), rule: every('day') },
    { label: t('workdays'), rule: { ...every('week'), days: workdays } },
    { label: t('weekly'), rule: { ...every('week'), days: [weekdayCode(start.date)] } },
    {
      label: t('monthly'),
      rule: { ...every('month'), monthDay: { by: 'day', day: Number(start.date.slice(8)) } },
    },
    { label: t('yearly'), rule: every('year') },
  ]
  return (
    <div className="flex w-72 max-w-full flex-col gap-3">
      <div className="flex flex-wrap gap-1">
        {presets.map((preset) => (
          <button
            key={preset.label}
            type="button"
            aria-pressed={ruleText(preset.rule) === text}
            onClick={() => setRule(preset.rule)}
            className={classes(
              'h-7 rounded-md border px-2 text-2xs hover:border-line-strong touch:h-11 touch:px-3',
              ruleText(preset.rule) === text
                ? 'border-accent-ink text-accent-ink'
                : 'border-line text-muted',
            )}
          >
            {preset.label}
          </button>
        ))}
      </div>
      {rule !== null && <Parts rule={rule} start={start} onChange={setRule} />}
      <Checkbox
        label={t('from_completion')}
        checked={completion}
        onChange={(event) => setCompletion(event.target.checked)}
      />
      <div className="rounded-md bg-sunken px-3 py-2">
        <p className="mb-1.5 font-medium">{words.recurrence({ rule: text, from })}</p>
        <NextDates rule={text} start={start} fromCompletion={completion} except={except} />
      </div>
      <div className="flex justify-end gap-2">
        {recurrence !== null && (
          <Button look="quiet" className="me-auto px-2" onClick={() => onSave(null)}>
            {t('never')}
          </Button>
        )}
        <Button look="primary" onClick={() => onSave({ rule: text, from, except })}>
          {t('save')}
        </Button>
      </div>
    </div>
  )
}

type PartsProps = { rule: Rule; start: Due; onChange: (rule: Rule) => void }

function Parts({ rule, start, onChange }: PartsProps) {
  const t = useTranslations('recurrence')
  return (
    <>
      <div className="flex items-center gap-2">
        <NumberInput
          label={t('interval')}
          shown={t('each')}
          value={rule.every}
          most={1000}
          onChange={(count) => onChange({ ...rule, every: count })}
        />
        <Select
          label={t('unit')}
          value={rule.unit}
          choices={units.map((unit) => ({
            value: unit,
            label: t(`units.${unit}`, { count: rule.every }),
          }))}
          onChange={(unit) => onChange({ ...rule, unit })}
          className="grow border border-line"
        />
      </div>
      {rule.unit === 'week' && <Weekdays rule={rule} onChange={onChange} />}
      {rule.unit === 'month' && (
        <MonthDayChoice
          value={rule.monthDay}
          start={start.date}
          onChange={(monthDay) => onChange({ ...rule, monthDay })}
        />
      )}
      <EndChoice end={rule.end} start={start.date} onChange={(end) => onChange({ ...rule, end })} />
    </>
  )
}

function Weekdays({ rule, onChange }: Omit<PartsProps, 'start'>) {
  const t = useTranslations('recurrence')
  const words = useRuleWords()
  return (
    <div role="group" aria-label={t('weekdays')} className="flex gap-1">
      {[...workdays, weekdays[6], weekdays[0]].map((day) => {
        const on = rule.days.includes(day)
        return (
          <button
            key={day}
            type="button"
            aria-pressed={on}
            onClick={() =>
              onChange({
                ...rule,
                days: on ? rule.days.filter((each) => each !== day) : [...rule.days, day],
              })
            }
            className={classes(
              'h-8 min-w-0 flex-1 truncate rounded-md text-2xs touch:h-11',
              on
                ? 'bg-accent font-medium text-on-accent'
                : 'border border-line text-muted hover:bg-hover',
            )}
          >
            <span aria-hidden>{words.shortWeekday(day)}</span>
            <span className="sr-only">{words.weekday(day)}</span>
          </button>
        )
      })}
    </div>
  )
}
