import { useEffect, useRef, useState } from 'react'

/** A value that changes at most once in so many milliseconds, and ends at the last one. */
export function useThrottled<V>(value: V, wait: number): V {
  const [shown, setShown] = useState(value)
  const lastRef = useRef(0)
  useEffect(() => {
    const left = Math.max(0, lastRef.current + wait - performance.now())
    const timer = window.setTimeout(() => {
      lastRef.current = performance.now()
      setShown(value)
    }, left)
    return () => window.clearTimeout(timer)
  }, [value, wait])
  return shown
}
