'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { SignedIn } from '../auth/SignedIn'
import { ShellSkeleton } from './ShellSkeleton'

/** `/` is today, for whoever is signed in. */
export function Start() {
  return (
    <SignedIn fallback={<ShellSkeleton />}>
      <ToToday />
    </SignedIn>
  )
}

function ToToday() {
  const router = useRouter()
  useEffect(() => router.replace('/today'), [router])
  return <ShellSkeleton />
}
