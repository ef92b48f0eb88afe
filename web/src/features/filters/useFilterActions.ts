import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { SavedFilter } from '@/api/types'
import { useSync } from '@/sync'
import { useAct } from '../tasks/useAct'
import { useWorkspace } from '../workspaces/current'

export type FilterText = { query: string; sort: string }

/** What a person does to saved filters. */
export function useFilterActions() {
  const t = useTranslations('filters')
  const sync = useSync()
  const act = useAct()
  const workspace = useWorkspace()
  return useMemo(() => {
    const put = (filter: SavedFilter, change: Partial<SavedFilter>) => {
      const { filter_id, name, query, sort } = { ...filter, ...change }
      return sync.saveFilter({ filter_id, name, query, sort }, workspace)
    }
    return {
      save: (name: string, text: FilterText) =>
        act(sync.saveFilter({ name, ...text }, workspace), t('saved', { name })),
      change: (filter: SavedFilter, text: FilterText) =>
        act(put(filter, text), t('changed', { name: filter.name })),
      rename: (filter: SavedFilter, name: string) =>
        act(put(filter, { name }), t('renamed', { name })),
      remove: (filter: SavedFilter) =>
        act(sync.removeFilter(filter.filter_id, workspace), t('removed', { name: filter.name })),
    }
  }, [sync, act, t, workspace])
}
