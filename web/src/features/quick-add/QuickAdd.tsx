'use client'

import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useOnceTrue } from '@/lib/useOnceTrue'
import { Opening } from '@/ui/Opening'
import { useCommands } from '../commands'
import { QuickAddContext, type Defaults } from './context'

const QuickAddWindow = lazy(async () => ({
  default: (await import('./QuickAddWindow')).QuickAddWindow,
}))

/** Quick add everywhere: `q` opens it. */
export function QuickAdd({ children }: { children: ReactNode }) {
  const t = useTranslations('quick_add')
  const [shown, setShown] = useState(false)
  const [defaults, setDefaults] = useState<Defaults>({})
  const control = useMemo(() => ({ open: () => setShown(true), setDefaults }), [])
  const asked = useOnceTrue(shown)
  useCommands([{ id: 'task.add', group: 'general', label: t('add'), keys: 'q', run: control.open }])
  return (
    <QuickAddContext value={control}>
      {children}
      {asked && (
        <Suspense fallback={<Opening />}>
          <QuickAddWindow open={shown} onOpenChange={setShown} defaults={defaults} />
        </Suspense>
      )}
    </QuickAddContext>
  )
}
