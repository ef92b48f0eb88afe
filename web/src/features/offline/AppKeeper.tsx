'use client'

import { useEffect } from 'react'
import { useConnection } from '@/sync'
import { keepApp } from './worker'

/** Keeps the app and its data on this device. */
export function AppKeeper() {
  const { loaded, link, unsent } = useConnection()

  useEffect(() => {
    // What is on the page comes first.
    if (loaded) void keepApp()
  }, [loaded])

  const precious = link === 'offline' && unsent > 0
  useEffect(() => {
    // Some browsers ask the person: only then is there a reason that they understand.
    const installed = window.matchMedia('(display-mode: standalone)').matches
    const asks = precious || installed
    if (asks && 'storage' in navigator) void navigator.storage.persist()
  }, [precious])
  return null
}
