import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import { placeOf, type Place } from './place'

/** Stands for the end of what happened, wherever that is. */
export const NOW = 'now'

/** The moment that the address names, and the place that is shown as it was then. */
export function useMoment(): { at: string; place: Place; whole: boolean } | null {
  const pathname = usePathname()
  const search = useSearchParams()
  return useMemo(() => {
    const [at, place] = [search.get('at'), placeOf(pathname, search)]
    if (at === null || place === null) return null
    const whole = search.has('whole')
    return { at, place: whole ? { is: 'all' } : place, whole }
  }, [pathname, search])
}

/** Goes to another moment; null is the present. The address changes without a navigation: it is done with each step. */
export function useGoTo(): (change: { at?: string | null; whole?: boolean }) => void {
  const pathname = usePathname()
  return useCallback(
    ({ at, whole }) => {
      const next = new URLSearchParams(window.location.search)
      if (at !== undefined) {
        if (at === null) next.delete('at')
        else next.set('at', at)
      }
      if (at === null || whole === false) next.delete('whole')
      else if (whole === true) next.set('whole', '')
      // Where one came from is a step of the browser's own history; where one went through is not.
      const entered = !new URLSearchParams(window.location.search).has('at') || at === null
      const href = `${pathname}${next.size === 0 ? '' : '?'}${next.toString()}`
      if (entered) window.history.pushState(null, '', href)
      else window.history.replaceState(null, '', href)
    },
    [pathname],
  )
}
