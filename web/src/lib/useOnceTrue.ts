import { useState } from 'react'

/** Whether something has been true: what is loaded for it stays in the page. */
export function useOnceTrue(now: boolean): boolean {
  const [once, setOnce] = useState(now)
  if (now && !once) setOnce(true)
  return once || now
}
