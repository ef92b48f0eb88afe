import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { List } from '@/api/types'
import { useSync } from '@/sync'
import { useAct } from '../tasks/useAct'

/** What is done to lists as a whole: at once, with a way back. */
export function useListActions() {
  const t = useTranslations('lists')
  const sync = useSync()
  const act = useAct()
  return useMemo(
    () => ({
      change: (list: List, name: string, color: string | null) => {
        const patch = {
          ...(name !== list.name && { name }),
          ...(color !== (list.color ?? null) && { color }),
        }
        if (Object.keys(patch).length > 0)
          act(sync.updateList(list.list_id, patch), t('changed', { name }))
      },
      archive: (list: List) =>
        act(sync.archiveList(list.list_id), t('archived_one', { name: list.name })),
      unarchive: (list: List) =>
        act(sync.unarchiveList(list.list_id), t('unarchived', { name: list.name })),
      remove: (list: List) => act(sync.removeList(list.list_id), t('deleted', { name: list.name })),
      /** To where another list is: before it, or behind it when it comes from above. */
      moveTo: (list: List, other: List) => {
        const place = list.rank < other.rank ? { after: other.list_id } : { before: other.list_id }
        act(sync.moveList(list.list_id, place), t('moved', { name: list.name }), 'list moved')
      },
    }),
    [sync, t, act],
  )
}
