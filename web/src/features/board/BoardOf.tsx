'use client'

import { useCallback } from 'react'
import type { Task } from '@/api/types'
import { useLoaded, useTasks, type View } from '@/sync'
import { Skeleton } from '@/ui/Skeleton'
import { useWorkspace } from '../workspaces/current'
import { Board } from './Board'

type BoardOfProps = {
  label: string
  page: string
  oneList?: boolean
  /** Which tasks, done ones too. Keep it the same from render to render. */
  of: (task: Task) => boolean
}

/** A board of tasks that this device has. */
export function BoardOf({ of, ...rest }: BoardOfProps) {
  const workspace = useWorkspace()
  const loaded = useLoaded(workspace)
  const select = useCallback((view: View) => view.tasks(workspace).filter(of), [workspace, of])
  const tasks = useTasks(select)
  if (!loaded) return <Skeleton className="min-h-96 grow" />
  return <Board {...rest} tasks={tasks} />
}
