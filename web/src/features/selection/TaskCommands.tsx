'use client'

import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Priority, Task } from '@/api/types'
import { useOnceTrue } from '@/lib/useOnceTrue'
import { useSync } from '@/sync'
import { Opening } from '@/ui/Opening'
import { useCommands } from '../commands'
import { useOpenTask } from '../tasks/useTaskHref'
import { followFocus, focusedTask } from './focus'
import { selection, useSelection } from './selection'
import { targetsIn } from './targets'
import type { Asking } from './TaskPickers'
import { useTaskChanges } from './useTaskChanges'

const TaskPickers = lazy(async () => ({ default: (await import('./TaskPickers')).TaskPickers }))
const BulkBar = lazy(async () => ({ default: (await import('./BulkBar')).BulkBar }))

const priorities: readonly (readonly [Priority, string])[] = [
  ['urgent', '1'],
  ['high', '2'],
  ['medium', '3'],
  ['low', '4'],
  ['none', '0'],
]

/** What can be done with the tasks that are chosen, or else with the one that has the focus. */
export function TaskCommands() {
  const t = useTranslations('selection.keys')
  const words = useTranslations('selection.priorities')
  const sync = useSync()
  const open = useOpenTask()
  const changes = useTaskChanges()
  const [asking, setAsking] = useState<{ what: Asking; tasks: readonly Task[] }>()
  const asked = useOnceTrue(asking !== undefined)
  const some = useSelection().size > 0
  const chosenOnce = useOnceTrue(some)
  useEffect(followFocus, [])

  const targets = () => targetsIn(sync)
  const on = {
    group: 'task',
    available: () => targets().length > 0,
  } as const
  const ask = (what: Asking, keys: string) => ({
    ...on,
    id: `task.${what}`,
    label: t(what),
    keys,
    run: () => setAsking({ what, tasks: targets() }),
  })
  useCommands([
    {
      ...on,
      id: 'task.open',
      label: t('open'),
      keys: ['o', 'enter'],
      available: () => focusedTask() !== undefined,
      run: () => open(focusedTask() ?? null),
    },
    {
      ...on,
      id: 'task.complete',
      label: t('complete'),
      keys: 'e',
      run: () => changes.complete(targets()),
    },
    ask('due', 'd'),
    ask('priority', 'p'),
    ask('move', 'm'),
    ask('tags', 't'),
    ask('assignee', 'a'),
    ...priorities.map(([priority, keys]) => ({
      ...on,
      id: `task.priority.${priority}`,
      label: words(priority),
      keys,
      keysOnly: true,
      run: () => changes.setPriority(targets(), priority),
    })),
    {
      ...on,
      id: 'task.choose',
      label: t('choose'),
      keys: ['x', 'space'],
      available: () => focusedTask() !== undefined,
      run: () => selection.toggle(focusedTask() ?? ''),
    },
    {
      ...on,
      id: 'task.delete',
      label: t('delete'),
      keys: ['delete', 'backspace'],
      run: () => changes.remove(targets()),
    },
  ])

  return (
    <>
      {asked && (
        <Suspense fallback={<Opening />}>
          <TaskPickers
            asking={asking?.what}
            tasks={asking?.tasks ?? []}
            onClose={() => setAsking(undefined)}
          />
        </Suspense>
      )}
      {chosenOnce && (
        <Suspense>
          <BulkBar />
        </Suspense>
      )}
    </>
  )
}
