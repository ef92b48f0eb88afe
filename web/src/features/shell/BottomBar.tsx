'use client'

import { CalendarRange, Inbox, LayoutList, Plus, Sun } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { classes } from '@/ui/classes'
import { useQuickAdd } from '../quick-add/context'

const entryClass = 'flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-2xs'

/** The places of the app on phones, and in their middle what is done most. */
export function BottomBar({ onBrowse }: { onBrowse: () => void }) {
  const t = useTranslations('shell')
  const { open } = useQuickAdd()
  return (
    <nav
      aria-label={t('places')}
      className="fixed inset-x-0 bottom-0 z-30 flex h-[calc(60px+env(safe-area-inset-bottom))] border-t border-line bg-canvas pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      <Entry href="/inbox" icon={<Inbox size={20} aria-hidden />} label={t('inbox')} />
      <Entry href="/today" icon={<Sun size={20} aria-hidden />} label={t('today')} />
      <button
        type="button"
        aria-label={t('add_task')}
        onClick={open}
        className="mx-1 flex size-12 shrink-0 items-center justify-center self-center rounded-full bg-accent text-on-accent"
      >
        <Plus size={22} aria-hidden />
      </button>
      <Entry
        href="/upcoming"
        icon={<CalendarRange size={20} aria-hidden />}
        label={t('upcoming')}
      />
      <button type="button" onClick={onBrowse} className={classes(entryClass, 'text-muted')}>
        <LayoutList size={20} aria-hidden />
        {t('browse')}
      </button>
    </nav>
  )
}

function Entry({ href, icon, label }: { href: string; icon: ReactNode; label: string }) {
  const here = usePathname() === href
  return (
    <Link
      href={href}
      aria-current={here ? 'page' : undefined}
      className={classes(entryClass, here ? 'font-medium text-accent-ink' : 'text-muted')}
    >
      {icon}
      <span className="max-w-full truncate px-0.5">{label}</span>
    </Link>
  )
}
