import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { api, data } from '@/api/client'
import type { Task } from '@/api/types'
import { useLater } from '@/lib/useLater'
import { useNow } from '@/lib/useNow'
import { useConnection, useLists, useLoaded, useTasks, type View } from '@/sync'
import { useMe } from '../auth/session'
import { listNames } from '../tasks/rows'
import { useWorkspace } from '../workspaces/current'
import { asksAboutDone, asksAboutTrash, asksForOpen, type Condition } from './language/condition'
import { holds, type Asker } from './language/evaluate'
import { bySort, readSort } from './language/sort'

const PAUSE = 250
const PAGE = 200
/** What a filter that says nothing of an order is shown by. */
const USUAL = 'due,-priority,rank'

/** Who asks, for the days and names in a filter. */
function useAsker(): Asker {
  const { user_id: me, time_zone: zone } = useMe()
  const workspace = useWorkspace()
  const [lists, archived] = [useLists(workspace), useLists(workspace, true)]
  const now = useNow()
  return useMemo(
    () => ({ me, zone, now, listNames: listNames([...lists, ...archived]) }),
    [me, zone, now, lists, archived],
  )
}

/** The tasks that a condition holds of. */
export type Filtered = {
  /** In their order; undefined until they are there. */
  tasks: readonly Task[] | undefined
  /** Set where there may be more than this device knows, and the server cannot be asked. */
  partly: boolean
  more: (() => void) | undefined
}

/**
 * The tasks that a filter finds. Of open ones this device has all, and knows at once; of done ones and of the trash it
 * has some, and asks the server for the others.
 */
export function useFiltered(
  condition: Condition | undefined,
  query: string,
  sort: string,
): Filtered {
  const workspace = useWorkspace()
  const asker = useAsker()
  const loaded = useLoaded(workspace)
  const { link } = useConnection()
  const keep = useCallback(
    (task: Task) => {
      if (condition === undefined) return false
      const open = !task.completed_at || asksAboutDone(condition)
      return open && holds(condition, task, asker)
    },
    [condition, asker],
  )
  const select = useCallback((view: View) => view.tasks(workspace).filter(keep), [workspace, keep])
  const here = useTasks(select)
  const beyond =
    condition !== undefined &&
    (asksAboutTrash(condition) || asksAboutDone(condition)) &&
    !asksForOpen(condition)
  const asked = useLater(query, PAUSE)
  const there = useInfiniteQuery({
    queryKey: ['tasks', 'filter', workspace, asked, sort],
    enabled: beyond && asked === query && link !== 'offline',
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) => {
      const cursor = pageParam === '' ? {} : { cursor: pageParam }
      const query = { workspace, filter: asked, sort, limit: PAGE, ...cursor }
      return data(api.GET('/api/v1/tasks', { params: { query }, signal }))
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  })
  const pages = there.data?.pages
  const further = useMemo(() => {
    if (!beyond || pages === undefined) return undefined
    const found = pages.flatMap((page) => page.items)
    return new Map(found.map((task) => [task.task_id, task]))
  }, [beyond, pages])
  const selectNow = useCallback(
    (view: View) => [...(further?.values() ?? [])].map((task) => view.task(task.task_id) ?? task),
    [further],
  )
  const now = useTasks(selectNow)

  const tasks = useMemo(() => {
    const known = new Set(here.map((task) => task.task_id))
    const others = now.filter((task) => !known.has(task.task_id) && keep(task))
    const keys = readSort(sort)
    return [...here, ...others].sort(bySort(keys.length > 0 ? keys : readSort(USUAL), asker.zone))
  }, [here, now, keep, sort, asker.zone])

  const waits = beyond && further === undefined && link !== 'offline' && !there.isError
  return {
    tasks: loaded && !(waits && tasks.length === 0) ? tasks : undefined,
    partly: beyond && (link === 'offline' || there.isError),
    more: there.hasNextPage && beyond ? () => void there.fetchNextPage() : undefined,
  }
}
