'use client'

import Link from 'next/link'
import { usePathname, useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { classes } from '@/ui/classes'

type NavEntryProps = {
  href: string
  icon: ReactNode
  count?: number | undefined
  /** Said by a screen reader in place of the bare count. */
  countLabel?: string | undefined
  urgent?: boolean
  /** What it means to drop tasks here: see `useDropOnPlace`. */
  drop?: string
  onFollow?: (() => void) | undefined
  children: string
}

/** Whether an address of the app is that of the page that is open. */
function useIsHere(href: string): boolean {
  const pathname = usePathname()
  const search = useSearchParams()
  const [path, query = ''] = href.split('?')
  return path === pathname && [...new URLSearchParams(query)].every(([k, v]) => search.get(k) === v)
}

/** A place in the sidebar. */
export function NavEntry(props: NavEntryProps) {
  const { href, icon, count = 0, countLabel, urgent = false, drop, onFollow, children } = props
  const here = useIsHere(href)
  return (
    <li>
      <Link
        href={href}
        onClick={onFollow}
        data-drop={drop}
        draggable={false}
        aria-current={here ? 'page' : undefined}
        className={classes(
          'flex h-8 items-center gap-2.5 rounded-md px-2 text-xs compact:h-7 touch:h-11 touch:text-sm',
          'data-over:bg-selected data-over:text-ink data-over:ring-2 data-over:ring-accent data-over:ring-inset',
          here ? 'bg-selected font-medium text-ink' : 'text-muted hover:bg-hover hover:text-ink',
        )}
      >
        <span className={classes('flex', here && 'text-accent-ink')}>{icon}</span>
        <span className="min-w-0 grow truncate" dir="auto">
          {children}
        </span>
        {count > 0 && (
          <span className={classes('text-2xs', urgent ? 'text-danger' : 'text-faint')}>
            <span aria-hidden={countLabel !== undefined}>{count}</span>
            {countLabel !== undefined && <span className="sr-only">{countLabel}</span>}
          </span>
        )}
      </Link>
    </li>
  )
}
