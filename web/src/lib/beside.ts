import { lazy, type ComponentType, type LazyExoticComponent } from 'react'

/**
 * A part of the app that is loaded beside the frame of the page, not before it: it begins to load at once, together
 * with the words, and is shown when it is there. Once the page has loaded, what is prepared for others waits until it
 * is wanted.
 */
export function beside<P>(
  load: () => Promise<ComponentType<P>>,
): LazyExoticComponent<ComponentType<P>> {
  const loading =
    typeof window === 'undefined' || document.readyState === 'complete' ? undefined : load()
  return lazy(async () => ({ default: await (loading ?? load()) }))
}
