import { useEffect, useEffectEvent, useRef, type RefObject } from 'react'

/** Calls for more when the end of what is there comes near, and again while it stays so. */
export function useLoadMore(loadMore: () => void, shown: number): RefObject<HTMLDivElement | null> {
  const endRef = useRef<HTMLDivElement>(null)
  const more = useEffectEvent(() => loadMore())
  useEffect(() => {
    if (endRef.current === null) return
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) more()
      },
      { rootMargin: '600px' },
    )
    // Observed anew with each page: the end may still be near.
    observer.observe(endRef.current)
    return () => observer.disconnect()
  }, [shown])
  return endRef
}
