'use client'

import { Suspense, type ReactNode } from 'react'
import { ShellSkeleton } from '@/features/shell/ShellSkeleton'
import { beside } from '@/lib/beside'

const Shell = beside(async () => (await import('@/features/shell/Shell')).Shell)

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <Suspense fallback={<ShellSkeleton />}>
      <Shell>{children}</Shell>
    </Suspense>
  )
}
