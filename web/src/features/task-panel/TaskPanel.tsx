'use client'

import { useSearchParams } from 'next/navigation'
import { lazy, Suspense } from 'react'

const Panel = lazy(async () => ({ default: (await import('./Panel')).Panel }))

/** The task that the address names (`?task=ID`), beside whatever page is shown. */
export function TaskPanel() {
  const id = useSearchParams().get('task')
  if (id === null) return null
  return (
    <Suspense>
      <Panel id={id} />
    </Suspense>
  )
}
