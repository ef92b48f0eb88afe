'use client'

import { CalendarDays, CalendarRange, Inbox, Plus, Search, Sun } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Kbd } from '@/ui/Kbd'
import { useQuickAdd } from '../quick-add/context'
import { NewerBuild } from '../offline/NewerBuild'
import { UnsavedEntry } from '../offline/UnsavedEntry'
import { Switcher } from '../workspaces/Switcher'
import { Account } from './Account'
import { Collections } from './Collections'
import { ConnectionState } from './ConnectionState'
import { NavEntry } from './NavEntry'
import { PastPlaces } from './PastPlaces'
import { useCounts } from './useCounts'

/** Where one can go, with how much is there. */
export function Sidebar() {
  const t = useTranslations('shell')
  const { open } = useQuickAdd()
  const counts = useCounts()
  const overdue = counts?.overdue ?? 0
  return (
    <>
      <div className="flex items-center gap-1 p-2">
        <Switcher />
        <div className="ms-auto">
          <Account />
        </div>
      </div>
      <nav aria-label={t('places')} className="grow overflow-y-auto px-2 pb-4">
        <button
          type="button"
          onClick={open}
          className="mb-3 flex h-8 w-full items-center gap-2.5 rounded-md border border-line bg-raised px-2 text-xs font-medium hover:border-line-strong"
        >
          <Plus size={16} aria-hidden className="text-accent-ink" />
          <span className="grow text-start">{t('add_task')}</span>
          <Kbd>Q</Kbd>
        </button>
        <ul>
          <UnsavedEntry />
          <NavEntry href="/search" icon={<Search size={16} aria-hidden />}>
            {t('search')}
          </NavEntry>
          <NavEntry
            href="/inbox"
            drop="inbox"
            icon={<Inbox size={16} aria-hidden />}
            count={counts?.inbox}
          >
            {t('inbox')}
          </NavEntry>
          <NavEntry
            href="/today"
            drop="today"
            icon={<Sun size={16} aria-hidden />}
            count={counts?.today}
            urgent={overdue > 0}
            countLabel={
              overdue > 0 ? t('today_overdue', { count: counts?.today ?? 0, overdue }) : undefined
            }
          >
            {t('today')}
          </NavEntry>
          <NavEntry href="/upcoming" icon={<CalendarRange size={16} aria-hidden />}>
            {t('upcoming')}
          </NavEntry>
          <NavEntry href="/calendar" icon={<CalendarDays size={16} aria-hidden />}>
            {t('calendar')}
          </NavEntry>
        </ul>
        <Collections />
        <PastPlaces />
      </nav>
      <div className="border-t border-line px-4 py-2">
        <NewerBuild />
        <ConnectionState />
      </div>
    </>
  )
}
