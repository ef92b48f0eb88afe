import { useEffect, useEffectEvent, useRef, useState } from 'react'

type Draft = { text: string; base: string }

/**
 * A text while it is being edited. It is saved when it is left, in whatever way; what others make of it meanwhile is
 * told, and nothing of either is lost.
 */
export function useDraft(value: string, save: (text: string) => void) {
  const [draft, setDraft] = useState<Draft | null>(null)
  // What is dropped must not be kept by the blur that follows within the same event.
  const latest = useRef<Draft | null>(null)
  const set = (next: Draft | null) => {
    latest.current = next
    setDraft(next)
  }
  const keep = () => {
    const text = latest.current?.text
    set(null)
    if (text !== undefined && text !== value) save(text)
  }
  const left = useEffectEvent(() => {
    const text = latest.current?.text
    latest.current = null
    if (text !== undefined && text !== value) save(text)
  })
  useEffect(() => {
    const leave = () => left()
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      left()
    }
  }, [])
  return {
    text: draft?.text ?? value,
    editing: draft !== null,
    /** Somebody else has changed it since this began. */
    overtaken: draft !== null && value !== draft.base && value !== draft.text,
    begin: () => set(latest.current ?? { text: value, base: value }),
    edit: (text: string) => set({ text, base: latest.current?.base ?? value }),
    /** Goes on with what others made of it in mind. */
    settle: (text: string) => set({ text, base: value }),
    keep,
    drop: () => set(null),
  }
}
