import { useTranslations } from 'use-intl'
import type { FieldChange } from '@/api/types'
import { dayAt, dueDay, dueInstant } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { useMe } from '../auth/session'
import { useRuleWords } from '../task-panel/recurrence/useRuleWords'
import type { FieldName } from './deeds'
import { asCount, asDue, asNames, asPriority, asRecurrence, asText } from './values'

const roles = ['viewer', 'commenter', 'editor', 'owner'] as const

type Names = FieldChange['from_name']

/** What a value of a field is called; null where there was nothing that would have to be said. */
export function useValueText() {
  const t = useTranslations('history')
  const { time_zone: zone } = useMe()
  const today = dayAt(useNow(), zone)
  const days = useDayNames()
  const rules = useRuleWords()

  return (field: FieldName, value: unknown, named: Names): string | null => {
    const names = () => {
      const list = asNames(named)
      return list.length > 0 ? list.join(', ') : null
    }
    switch (field) {
      case 'due': {
        const due = asDue(value)
        if (due === null) return null
        const instant = dueInstant(due, zone)
        const day = days.brief(dueDay(due, zone), today)
        return instant === null ? day : `${day} ${days.time(instant, zone)}`
      }
      case 'start':
        return asText(value) === '' ? null : days.brief(asText(value), today)
      case 'priority':
        return t(`priorities.${asPriority(value)}`)
      case 'reminders':
        return asCount(value) === 0 ? null : t('reminders', { count: asCount(value) })
      case 'recurrence': {
        const recurrence = asRecurrence(value)
        return recurrence === null ? null : rules.recurrence(recurrence)
      }
      case 'list_id':
        return value === null ? t('inbox') : names()
      case 'parent_id':
      case 'blocked_by':
      case 'assignee_id':
        return names()
      case 'member':
      case 'invitation': {
        const role = roles.find((each) => each === value)
        return role === undefined ? null : t(`roles.${role}`)
      }
      case 'title':
      case 'name':
      case 'description':
      case 'comment':
      case 'filter':
      case 'tags':
      case 'color':
        return asText(value) === '' ? null : asText(value)
    }
  }
}
