import { useTranslations } from 'use-intl'
import type { List } from '@/api/types'
import { useCommands } from '../commands'
import { useListActions } from './useListActions'

/** Putting the list whose entry has the focus elsewhere among the lists. */
export function useListOrderKeys(lists: readonly List[]): void {
  const t = useTranslations('lists')
  const { moveTo } = useListActions()
  const at = () => {
    const entry = document.activeElement?.closest<HTMLElement>('[data-drop^="list:"]')
    return lists.findIndex(({ list_id: id }) => entry?.dataset['drop'] === `list:${id}`)
  }
  const moving = (step: 1 | -1) => ({
    group: 'list' as const,
    repeats: true,
    keysOnly: true,
    available: () => at() >= 0,
    run: () => {
      const [list, other] = [lists[at()], lists[at() + step]]
      if (list !== undefined && other !== undefined) moveTo(list, other)
    },
  })
  useCommands([
    { id: 'lists.up', label: t('earlier'), keys: 'alt+arrowup', ...moving(-1) },
    { id: 'lists.down', label: t('later'), keys: 'alt+arrowdown', ...moving(1) },
  ])
}
