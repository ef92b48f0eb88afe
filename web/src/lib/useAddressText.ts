import { useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'

const PAUSE = 250

/** Says a part of the query of this page's address; what says nothing new is left out. */
function write(name: string, text: string | null): void {
  const next = new URLSearchParams(window.location.search)
  if (text === null) next.delete(name)
  else next.set(name, text)
  const query = next.toString()
  window.history.replaceState(null, '', query === '' ? window.location.pathname : `?${query}`)
}

/**
 * A text that the address of the page keeps, so that it can be copied and is there after a reload. It follows the
 * address when that changes otherwise, by a link or a step back. `usual` is what it is where the address says nothing.
 */
export function useAddressText(name: string, usual = ''): [string, (text: string) => void] {
  const said = useSearchParams().get(name) ?? usual
  const [text, setText] = useState(said)
  const [seen, setSeen] = useState(said)
  const [own, setOwn] = useState(said)
  if (said !== seen) {
    setSeen(said)
    // What comes back a little later is what was written here.
    if (said !== own) {
      setText(said)
      setOwn(said)
    }
  }
  useEffect(() => {
    if (text === own) return
    const timer = window.setTimeout(() => {
      setOwn(text)
      write(name, text === usual ? null : text)
    }, PAUSE)
    return () => window.clearTimeout(timer)
  }, [name, text, own, usual])
  return [text, setText]
}
