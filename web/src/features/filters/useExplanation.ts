import { useTranslations } from 'use-intl'
import { dayAt } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { useMe } from '../auth/session'
import type { Suggestion } from './language/complete'
import { dateOf } from './language/evaluate'
import { readFilter } from './language/read'
import { fields, flags, named, parts, priorities } from './language/words'

const operators = {
  '=': 'equal',
  '!=': 'not_equal',
  '<': 'less',
  '<=': 'at_most',
  '>': 'greater',
  '>=': 'at_least',
  '~': 'contains',
  ':': 'colon',
} as const

const keywords = { and: 'and', or: 'or', not: 'not', '(': 'open', ')': 'close' } as const

const has = <K extends string>(words: Record<K, string>, text: string): text is K => text in words

/** What a suggestion means, in the language of the app; null where its name says it. */
export function useExplanation(): (suggestion: Suggestion) => string | null {
  const t = useTranslations('filters')
  const tasks = useTranslations('task')
  const names = useDayNames()
  const { time_zone: zone } = useMe()
  const today = dayAt(useNow(), zone)

  return ({ kind, text }) => {
    switch (kind) {
      case 'field': {
        const field = named(fields, text)
        if (field !== undefined) return t(`fields.${field}`)
        return text === 'is:' ? t('fields.is') : t('fields.has')
      }
      case 'operator':
        return has(operators, text) ? t(`operators.${operators[text]}`) : null
      case 'keyword':
        return has(keywords, text) ? t(`keywords.${keywords[text]}`) : null
      case 'flag': {
        const flag = named(flags, text)
        return flag === undefined ? null : t(`states.${flag}`)
      }
      case 'part': {
        const part = named(parts, text)
        return part === undefined ? null : t(`parts.${part}`)
      }
      case 'day': {
        if (text === 'none') return t('values.no_date')
        const { condition } = readFilter(`due = ${text}`)
        return condition?.is === 'day' ? names.long(dateOf(condition.day, today)) : null
      }
      case 'priority': {
        const priority = named(priorities, text)
        if (priority === undefined) return null
        return priority === 'none' ? t('values.no_priority') : tasks(`priorities.${priority}`)
      }
      case 'list':
        return text === 'inbox' ? t('values.inbox') : null
      case 'person':
        if (text === 'me') return t('values.me')
        return text === 'none' ? t('values.nobody') : null
      case 'tag':
        return null
    }
  }
}
