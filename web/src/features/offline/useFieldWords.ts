import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { dayAt, dueInstant } from '@/lib/days'
import { useDayNames } from '@/lib/useDayNames'
import { useNow } from '@/lib/useNow'
import { useSync } from '@/sync'
import { useMe } from '../auth/session'
import { useMemberNames } from '../workspaces/replica'

const named = [
  'title',
  'description',
  'priority',
  'due',
  'start',
  'assignee_id',
  'reminders',
  'recurrence',
  'list_id',
  'parent_id',
  'name',
  'color',
] as const
const priorities = ['low', 'medium', 'high', 'urgent'] as const

const text = (value: unknown, name: string): string | undefined => {
  const found: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : null
  return typeof found === 'string' ? found : undefined
}

/** Names and values of fields in words, whatever the server may have sent. */
export function useFieldWords() {
  const t = useTranslations('offline')
  const p = useTranslations('task')
  const sync = useSync()
  const days = useDayNames()
  const members = useMemberNames()
  const { time_zone: zone } = useMe()
  const now = useNow()
  return useMemo(() => {
    const today = dayAt(now, zone)
    const name = (field: string): string => {
      const known = named.find((each) => each === field)
      return known ? t(`fields.${known}`) : field
    }
    const one = (field: string, value: unknown): string | undefined => {
      switch (field) {
        case 'priority': {
          const priority = priorities.find((each) => each === value)
          return priority && p(`priorities.${priority}`)
        }
        case 'due': {
          const date = text(value, 'date')
          if (date === undefined) return undefined
          const due = { date, time: text(value, 'time') ?? null, zone: text(value, 'zone') ?? null }
          const instant = dueInstant(due, zone)
          const time = instant === null ? [] : [days.time(instant, zone)]
          return [days.brief(date, today), ...time].join(' ')
        }
        case 'start':
          return typeof value === 'string' ? days.brief(value, today) : undefined
        case 'assignee_id':
          return typeof value === 'string' ? (members.get(value) ?? t('somebody')) : undefined
        case 'list_id':
          if (typeof value !== 'string') return t('inbox')
          return sync.view().list(value)?.name ?? t('a_list')
        case 'parent_id':
          return typeof value === 'string'
            ? (sync.view().task(value)?.title ?? t('a_task'))
            : undefined
        case 'recurrence':
          return text(value, 'rule')
        case 'reminders':
          return Array.isArray(value) ? t('reminders', { count: value.length }) : undefined
        default:
          return typeof value === 'string' && value !== '' ? value : undefined
      }
    }
    const value = (field: string, of: unknown): string => {
      if (field !== 'deleted') return one(field, of) ?? t('none')
      // All that was changed in what is in the trash now.
      const lines = Object.entries(of ?? {}).map(
        ([each, inner]: [string, unknown]) => `${name(each)}: ${one(each, inner) ?? t('none')}`,
      )
      return lines.join('\n')
    }
    return { name, value }
  }, [t, p, sync, days, members, zone, now])
}
