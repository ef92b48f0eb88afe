'use client'

import { CalendarDays, Search } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Dialog } from '@/ui/Dialog'
import { UnsavedEntry } from '../offline/UnsavedEntry'
import { Collections } from './Collections'
import { NavEntry } from './NavEntry'
import { PastPlaces } from './PastPlaces'

type BrowseProps = { open: boolean; onOpenChange: (open: boolean) => void }

/** Lists and tags on phones, where there is no sidebar. */
export function Browse({ open, onOpenChange }: BrowseProps) {
  const t = useTranslations('shell')
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('browse')} closeLabel={t('dismiss')}>
      <ul>
        <NavEntry
          href="/search"
          icon={<Search size={16} aria-hidden />}
          onFollow={() => onOpenChange(false)}
        >
          {t('search')}
        </NavEntry>
        <NavEntry
          href="/calendar"
          icon={<CalendarDays size={16} aria-hidden />}
          onFollow={() => onOpenChange(false)}
        >
          {t('calendar')}
        </NavEntry>
        <UnsavedEntry onFollow={() => onOpenChange(false)} />
      </ul>
      <Collections onFollow={() => onOpenChange(false)} />
      <PastPlaces onFollow={() => onOpenChange(false)} />
    </Dialog>
  )
}
