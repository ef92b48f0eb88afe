import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useSync } from '@/sync'
import { movesTo, type Place } from './arrange'
import { useAct } from './useAct'

/** Puts tasks of a list into another place of it. Of several steps the last one is told. */
export function useArrange() {
  const t = useTranslations('selection')
  const sync = useSync()
  const act = useAct()
  return useCallback(
    (tasks: readonly Task[], place: Place) => {
      const [first] = tasks
      if (first === undefined) return
      const ids = tasks.map((task) => task.task_id)
      const moves = movesTo(ids, place).map((move) => ({ command: 'move_task' as const, ...move }))
      const doings = sync.bulk(moves, first.workspace_id)
      act(doings, t('arranged', { count: tasks.length, title: first.title }), 'arranged')
    },
    [sync, t, act],
  )
}
