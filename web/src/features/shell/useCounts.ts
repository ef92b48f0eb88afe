import { useCallback } from 'react'
import type { Task } from '@/api/types'
import { useNow } from '@/lib/useNow'
import { useMe } from '../auth/session'
import { useTasks } from '../workspaces/replica'
import { countsOf, type Counts } from '../tasks/rows'

/** How much is where, once it is known. */
export function useCounts(): Counts | undefined {
  const { time_zone: zone } = useMe()
  const now = useNow()
  const select = useCallback((tasks: readonly Task[]) => countsOf(tasks, now, zone), [now, zone])
  return useTasks(select)
}
