import { useTranslations } from 'use-intl'
import { useLists, useMemberNames } from '../workspaces/replica'
import { listNames } from '../tasks/rows'
import type { Value } from './columns'

/** What the columns of a board are called. */
export function useColumnNames(): (value: Value) => string {
  const t = useTranslations('board')
  const people = useMemberNames()
  const lists = listNames(useLists())
  return (value) => {
    switch (value.by) {
      case 'priority':
        return t(`priorities.${value.priority}`)
      case 'due':
        return t(`dues.${value.due}`)
      case 'status':
        return t(`states.${value.status}`)
      case 'tag':
        return value.tag === null ? t('no_tag') : `#${value.tag}`
      case 'assignee':
        return value.person === null ? t('nobody') : (people.get(value.person) ?? t('somebody'))
      case 'list':
        return value.list === null ? t('inbox') : (lists.get(value.list) ?? t('somewhere'))
    }
  }
}
