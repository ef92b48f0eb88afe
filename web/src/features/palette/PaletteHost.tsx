'use client'

import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useOnceTrue } from '@/lib/useOnceTrue'
import { Opening } from '@/ui/Opening'
import { useCommands } from '../commands'

const Palette = lazy(async () => ({ default: (await import('./Palette')).Palette }))

/** Opens the palette, and loads it when it is first wanted. */
export function PaletteHost() {
  const t = useTranslations('palette')
  const [open, setOpen] = useState(false)
  const asked = useOnceTrue(open)
  useCommands([
    {
      id: 'palette',
      group: 'general',
      label: t('title'),
      keys: 'mod+k',
      whileWriting: true,
      keysOnly: true,
      run: () => setOpen(true),
    },
  ])
  return (
    asked && (
      <Suspense fallback={<Opening />}>
        <Palette open={open} onOpenChange={setOpen} />
      </Suspense>
    )
  )
}
