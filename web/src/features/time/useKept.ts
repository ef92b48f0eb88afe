import { useEffect, useEffectEvent, useState } from 'react'

/** How long a value rests before it is kept (ms). */
const REST = 250

/** A value that is kept elsewhere, such as in the address: it is shown at once, and kept when it rests. */
export function useKept(kept: string, keep: (value: string) => void) {
  const [own, setOwn] = useState<string | null>(null)
  // Kept by now: from here on what is kept counts, also when somebody else changes it.
  if (own !== null && own === kept) setOwn(null)
  const rest = useEffectEvent((value: string) => keep(value))
  useEffect(() => {
    if (own === null) return
    const timer = window.setTimeout(() => rest(own), REST)
    return () => window.clearTimeout(timer)
  }, [own])
  return [own ?? kept, setOwn] as const
}
