import { useLocale, useTranslations } from 'use-intl'
import type { Recurrence } from '@/api/types'
import { addDays, type Day } from '@/lib/days'
import {
  readRule,
  weekdays,
  workdays,
  type End,
  type MonthDay,
  type Rule,
  type Weekday,
} from './rule'

// A Sunday.
const SUNDAY: Day = '2026-11-22'

/** What rules are called in the language of the app. */
export function useRuleWords() {
  const t = useTranslations('recurrence')
  const locale = useLocale()
  const long = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'long' })
  const short = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short' })
  const date = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'medium' })
  const list = new Intl.ListFormat(locale, { type: 'conjunction' })
  const dayOf = (day: Weekday) => Date.parse(addDays(SUNDAY, weekdays.indexOf(day)))
  const weekday = (day: Weekday) => long.format(dayOf(day))

  const monthDay = (day: MonthDay): string => {
    switch (day.by) {
      case 'day':
        return t('on_day', { day: day.day })
      case 'last':
        return t('on_last_day')
      case 'nth':
        return t(`on_nth.${nthName(day.nth)}`, { day: weekday(day.weekday) })
    }
  }
  const days = (rule: Rule): string | null => {
    if (rule.unit === 'month') return rule.monthDay && monthDay(rule.monthDay)
    if (rule.unit !== 'week' || rule.days.length === 0) return null
    const names = weekOrder(rule.days).map((day) =>
      rule.days.length > 2 ? short.format(dayOf(day)) : weekday(day),
    )
    return t('on_days', { days: list.format(names) })
  }
  const end = (end: End): string | null => {
    if (end.is === 'never') return null
    if (end.is === 'count') return t('times', { count: end.count })
    return t('until', { day: date.format(Date.parse(end.day)) })
  }
  const rule = (rule: Rule): string => {
    const onWorkdays =
      rule.unit === 'week' && rule.every === 1 && weekOrder(rule.days).join() === workdays.join()
    const parts = onWorkdays
      ? [t('workdays')]
      : [t(`every.${rule.unit}`, { count: rule.every }), days(rule)]
    return [...parts, end(rule.end)].filter((part) => part !== null).join(t('between'))
  }
  return {
    weekday,
    shortWeekday: (day: Weekday) => short.format(dayOf(day)),
    monthDay,
    rule,
    /** How a task repeats; the rule itself where there are no words for it. */
    recurrence: ({ rule: text, from }: Pick<Recurrence, 'rule' | 'from'>): string => {
      const read = readRule(text)
      const words = read === null ? text : rule(read)
      return from === 'completion' ? t('after_completion', { rule: words }) : words
    },
  }
}

/** From Monday on, as weeks are said. */
const weekOrder = (days: readonly Weekday[]): Weekday[] =>
  [...weekdays.slice(1), weekdays[0]].filter((day) => days.includes(day))

export function nthName(nth: 1 | 2 | 3 | 4 | -1) {
  return ({ 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', [-1]: 'last' } as const)[nth]
}
