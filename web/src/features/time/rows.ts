import type { List, Task } from '@/api/types'
import { listRows, tagRows, todayRows, upcomingRows, type Row } from '../tasks/rows'
import type { Place } from './place'

/** A line of the past: as on the pages of today, and the names of lists where all of them are shown. */
export type PastRow = Row | { kind: 'list'; key: string; list: List | null; count: number }

/** The tasks of a place as its page would show them at an instant. */
export function pastRows(
  place: Place,
  tasks: readonly Task[],
  lists: readonly List[],
  instant: number,
  zone: string,
): PastRow[] {
  switch (place.is) {
    case 'inbox':
      return listRows(tasks, null)
    case 'list':
      return listRows(tasks, place.id)
    case 'tag':
      return tagRows(tasks, place.id, zone)
    case 'today':
      return todayRows(tasks, instant, zone)
    case 'upcoming':
      return upcomingRows(tasks, instant, zone)
    case 'all':
      return [null, ...lists].flatMap((list): PastRow[] => {
        const rows = listRows(tasks, list?.list_id ?? null)
        if (list === null && rows.length === 0) return []
        const key = list?.list_id ?? 'inbox'
        return [{ kind: 'list', key, list, count: rows.length }, ...rows]
      })
  }
}
