import { useEffect, useState } from 'react'

const SHOWN = 2_000

/** Puts a text on the clipboard, and tells for a moment that it is there. */
export function useCopy() {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = window.setTimeout(() => setCopied(false), SHOWN)
    return () => window.clearTimeout(timer)
  }, [copied])
  return {
    copied,
    copy: (text: string) => {
      // Where the clipboard is forbidden the text stands there to be copied by hand.
      navigator.clipboard.writeText(text).then(
        () => setCopied(true),
        () => undefined,
      )
    },
  }
}
