/** A build that is newer than the page, ready to be used; and whoever wants to know of it. */
let waiting: ServiceWorker | null = null
const listeners = new Set<() => void>()
const HOUR = 3_600_000

export const newerBuild = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  ready: (): boolean => waiting !== null,
  /** Begins anew with it: this page at once, the others when they are opened again. */
  use() {
    if (!waiting) return
    navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload(), {
      once: true,
    })
    waiting.postMessage('activate')
  },
}

function found(worker: ServiceWorker | null) {
  // The first one of all is no update.
  if (!worker || !navigator.serviceWorker.controller) return
  waiting = worker
  for (const listener of listeners) listener()
}

let begun = false

/** Lets the app start without a network from now on, and looks for newer builds while it is open. */
export async function keepApp(): Promise<void> {
  if (begun || process.env.NODE_ENV !== 'production' || !('serviceWorker' in navigator)) return
  begun = true
  try {
    const registration = await navigator.serviceWorker.register('/sw.js', {
      updateViaCache: 'none',
    })
    found(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const { installing } = registration
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed') found(installing)
      })
    })
    const look = () => {
      if (document.visibilityState === 'visible') registration.update().catch(() => undefined)
    }
    window.setInterval(look, HOUR)
    document.addEventListener('visibilitychange', look)
  } catch {
    // A private window, or a page without https: the app works as long as there is a network.
  }
}
