import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback } from 'react'
import { goInPlace } from '@/lib/inPlace'

/** The address of the page as it is, with a task's panel open; null closes the panel. */
export function useTaskHref(): (id: string | null) => string {
  const pathname = usePathname()
  const search = useSearchParams()
  return useCallback(
    (id) => {
      const next = new URLSearchParams(search)
      if (id === null) next.delete('task')
      else next.set('task', id)
      return next.size === 0 ? pathname : `${pathname}?${next.toString()}`
    },
    [pathname, search],
  )
}

/** Opens a task's panel on the page as it is; null closes it. */
export function useOpenTask(): (id: string | null) => void {
  const hrefOf = useTaskHref()
  return useCallback((id) => goInPlace(hrefOf(id)), [hrefOf])
}
