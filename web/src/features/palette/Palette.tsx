'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useSync } from '@/sync'
import { Picker } from '@/ui/Picker'
import { targetsIn } from '../selection/targets'
import { useAbout } from '../selection/useAbout'
import { useFound } from './useFound'

type PaletteProps = { open: boolean; onOpenChange: (open: boolean) => void }

/** Reaches everything by its words: what can be done, places, and tasks by their title. */
export function Palette({ open, onOpenChange }: PaletteProps) {
  const t = useTranslations('palette')
  const [query, setQuery] = useState('')
  const found = useFound(query)
  return (
    <Picker
      open={open}
      onOpenChange={(next) => {
        onOpenChange(next)
        setQuery('')
      }}
      title={t('title')}
      placeholder={t('placeholder')}
      about={useAbout(targetsIn(useSync()))}
      query={query}
      onQuery={setQuery}
      options={found}
      empty={t('nothing', { query })}
      count={(count) => t('found', { count })}
    />
  )
}
