'use client'

import type { ReactNode } from 'react'
import { TimeButton } from '../time/TimeButton'
import { Skeleton } from '@/ui/Skeleton'

type PageProps = {
  title: string
  detail?: string | undefined
  actions?: ReactNode
  children: ReactNode
}

/** The frame of a page: its title and what can be done with it as a whole. */
export function Page({ title, detail, actions, children }: PageProps) {
  return (
    <div className="mx-auto w-full max-w-[760px] px-3 pt-4 pb-28 sm:px-8 sm:pt-10">
      <title>{`${title} · Taskfold`}</title>
      <header className="mb-2 flex min-h-9 items-center gap-3 ps-2">
        <h1 className="min-w-0 truncate text-lg font-semibold tracking-tight">{title}</h1>
        {detail !== undefined && <p className="truncate text-xs text-faint">{detail}</p>}
        <div className="ms-auto flex items-center gap-1">
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
