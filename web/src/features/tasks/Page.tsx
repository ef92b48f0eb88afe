'use client'

import { Suspense, type ReactNode } from 'react'
import { beside } from '@/lib/beside'
import { classes } from '@/ui/classes'
import { Skeleton } from '@/ui/Skeleton'
import { TimeButton } from '../time/TimeButton'

const HereNow = beside(async () => (await import('../presence/HereNow')).HereNow)

type PageProps = {
  title: string
  detail?: string | undefined
  actions?: ReactNode
  /** As wide and at least as high as the window: for what is no list. */
  wide?: boolean
  children: ReactNode
}

/** The frame of a page: its title and what can be done with it as a whole. */
export function Page({ title, detail, actions, wide = false, children }: PageProps) {
  return (
    <div
      className={classes(
        'mx-auto w-full px-3 pt-4',
        wide
          ? 'flex min-h-[calc(100%-3.5rem)] flex-col pb-24 sm:h-full sm:min-h-[36rem] sm:px-6 sm:pt-6 sm:pb-6'
          : 'max-w-[760px] pb-28 sm:px-8 sm:pt-10',
      )}
    >
      <title>{`${title} · Taskfold`}</title>
      <header className="mb-2 flex min-h-9 items-center gap-3 ps-2 max-sm:flex-wrap">
        <h1 className="min-w-0 truncate text-lg font-semibold tracking-tight">{title}</h1>
        {detail !== undefined && <p className="truncate text-xs text-faint">{detail}</p>}
        <div className="ms-auto flex flex-wrap items-center justify-end gap-1">
          <Suspense>
            <HereNow />
          </Suspense>
          {actions}
          <TimeButton />
        </div>
      </header>
      {children}
    </div>
  )
}

const widths = ['w-2/5', 'w-3/5', 'w-1/3', 'w-1/2', 'w-2/5', 'w-1/4']

/** Where tasks will be: rows as high as theirs. */
export function TasksSkeleton() {
  return (
    <div className="pt-2" aria-hidden>
      {widths.map((width, at) => (
        <div key={at} className="flex h-9 items-center gap-3 ps-2.5 touch:h-12">
          <Skeleton className="size-4 rounded-full" />
          <Skeleton className={`h-3 ${width}`} />
        </div>
      ))}
    </div>
  )
}
