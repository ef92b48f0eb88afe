import { useCallback } from 'react'
import type { Task } from '@/api/types'
import { dayAt } from '@/lib/days'
import { useSync } from '@/sync'
import { useMe } from '../auth/session'
import { useTaskChanges } from '../selection/useTaskChanges'

/**
 * What a drop on a place of the sidebar means, as it says by `data-drop`: `inbox`, `today`, `list:ID`, `tag:NAME`.
 * The keys for moving, dates and tags do the same.
 */
export function useDropOnPlace(): (tasks: readonly Task[], place: string) => void {
  const sync = useSync()
  const changes = useTaskChanges()
  const { time_zone: zone } = useMe()
  return useCallback(
    (tasks, place) => {
      const [kind, ...rest] = place.split(':')
      const name = rest.join(':')
      switch (kind ?? '') {
        case 'inbox':
          changes.moveToList(tasks, null)
          break
        case 'today':
          changes.setDay(tasks, dayAt(Date.now(), zone))
          break
        case 'list': {
          const list = sync.view().list(name)
          if (list !== undefined) changes.moveToList(tasks, list)
          break
        }
        case 'tag':
          changes.setTags(tasks, [name], [])
      }
    },
    [sync, changes, zone],
  )
}
