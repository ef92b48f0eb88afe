'use client'

import { lazy, Suspense, type ReactNode } from 'react'
import { TasksSkeleton } from '../tasks/Page'
import { useMoment } from './moment'

const TimeTravel = lazy(async () => ({ default: (await import('./TimeTravel')).TimeTravel }))

/** The page as it is, or as it was where the address names a moment. */
export function Past({ children }: { children: ReactNode }) {
  const moment = useMoment()
  if (moment === null) return children
  return (
    <Suspense fallback={<TasksSkeleton />}>
      <TimeTravel {...moment} />
    </Suspense>
  )
}
