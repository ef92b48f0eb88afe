import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import type { Day } from '@/lib/days'
import { useSync } from '@/sync'
import { useMe } from '../auth/session'
import { useAct } from '../tasks/useAct'
import { dueOn } from './agenda'
import { useCalendarNames } from './useCalendarNames'

/** Puts tasks on other days, or on none. */
export function useReschedule() {
  const t = useTranslations('calendar')
  const sync = useSync()
  const act = useAct()
  const names = useCalendarNames()
  const { time_zone: zone } = useMe()
  return useMemo(
    () => ({
      to: (task: Task, day: Day) =>
        act(
          sync.updateTask(task.task_id, { due: dueOn(task.due, day, zone) }),
          t('moved', { title: task.title, day: names.full(day) }),
        ),
      off: (task: Task) =>
        act(sync.updateTask(task.task_id, { due: null }), t('undated', { title: task.title })),
    }),
    [sync, act, t, names, zone],
  )
}
