import { useSyncExternalStore } from 'react'

const MINUTE = 60_000
const minute = () => Math.floor(Date.now() / MINUTE) * MINUTE

function watchMinutes(listener: () => void): () => void {
  const timer = window.setInterval(listener, 10_000)
  document.addEventListener('visibilitychange', listener)
  return () => {
    window.clearInterval(timer)
    document.removeEventListener('visibilitychange', listener)
  }
}

/** The minute that it is; it moves on by itself. */
export function useNow(): number {
  return useSyncExternalStore(watchMinutes, minute, () => 0)
}
