import { useEffect, useState, type RefObject } from 'react'

/** How wide an element is, in whole pixels; 0 until it is known. */
export function useWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (ref.current === null) return
    const observer = new ResizeObserver(([entry]) => {
      setWidth(Math.floor(entry?.contentRect.width ?? 0))
    })
    observer.observe(ref.current)
    return () => observer.disconnect()
  }, [ref])
  return width
}
