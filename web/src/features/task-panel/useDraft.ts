import { useEffect, useEffectEvent, useState } from 'react'

type Draft = { text: string; base: string }

/**
 * A text while it is being edited. It is saved when it is left, in whatever way; what others make of it meanwhile is
 * told, and nothing of either is lost.
 */
export function useDraft(value: string, save: (text: string) => void) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const keep = () => {
    if (draft === null) return
    setDraft(null)
    if (draft.text !== value) save(draft.text)
  }
  const left = useEffectEvent(() => {
    if (draft !== null && draft.text !== value) save(draft.text)
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
    begin: () => setDraft((now) => now ?? { text: value, base: value }),
    edit: (text: string) => setDraft((now) => ({ text, base: now?.base ?? value })),
    /** Goes on with what others made of it in mind. */
    settle: (text: string) => setDraft({ text, base: value }),
    keep,
    drop: () => setDraft(null),
  }
}
