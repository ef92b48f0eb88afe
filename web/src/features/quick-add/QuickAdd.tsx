'use client'

import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react'
import { useKey } from '@/lib/useKey'
import { useOnceTrue } from '@/lib/useOnceTrue'
import { QuickAddContext, type Defaults } from './context'

const QuickAddWindow = lazy(async () => ({
  default: (await import('./QuickAddWindow')).QuickAddWindow,
}))

/** Quick add everywhere: `q` opens it. */
export function QuickAdd({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState(false)
  const [defaults, setDefaults] = useState<Defaults>({})
  const control = useMemo(() => ({ open: () => setShown(true), setDefaults }), [])
  const asked = useOnceTrue(shown)
  useKey('q', control.open)
  return (
    <QuickAddContext value={control}>
      {children}
      {asked && (
        <Suspense>
          <QuickAddWindow open={shown} onOpenChange={setShown} defaults={defaults} />
        </Suspense>
      )}
    </QuickAddContext>
  )
}
