'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { createSync, SyncProvider, useConnection, useMe as useHeardMe, type Sync } from '@/sync'
import { learn, leave, useMe } from '../auth/session'

type ReplicaProps = { fallback: ReactNode; children: ReactNode }

/** Gives the pages the replica of whoever is signed in, and tells it of the network. */
export function Replica({ fallback, children }: ReplicaProps) {
  const { user_id: user, personal_workspace_id: home } = useMe()
  const [sync, setSync] = useState<Sync>()

  useEffect(() => {
    const made = createSync({ user, home })
    let over = false
    made.setOnline(navigator.onLine)
    void made.start().then(() => {
      if (!over) setSync(made)
    })
    const look = () => made.setOnline(navigator.onLine)
    window.addEventListener('online', look)
    window.addEventListener('offline', look)
    document.addEventListener('visibilitychange', look)
    return () => {
      over = true
      made.stop()
      window.removeEventListener('online', look)
      window.removeEventListener('offline', look)
      document.removeEventListener('visibilitychange', look)
    }
  }, [user, home])

  if (sync === undefined) return fallback
  return (
    <SyncProvider sync={sync}>
      <LeaveWhenSignedOut />
      <KnowThem />
      {children}
    </SyncProvider>
  )
}

/** What they change on another device holds here as well: the replica hears of it. */
function KnowThem() {
  const client = useQueryClient()
  const heard = useHeardMe()
  useEffect(() => {
    if (heard !== undefined) learn(client, heard)
  }, [client, heard])
  return null
}

/** The replica may be the first to hear that the session is over. */
function LeaveWhenSignedOut() {
  const client = useQueryClient()
  const { signedIn } = useConnection()
  useEffect(() => {
    if (!signedIn) leave(client)
  }, [client, signedIn])
  return null
}
