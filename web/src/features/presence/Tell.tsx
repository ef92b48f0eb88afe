'use client'

import { useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { useSync } from '@/sync'
import { useWorkspace } from '../workspaces/current'

/** The field of the task's panel that has the focus and takes text; the panel marks its fields by `data-field`. */
function fieldOf(target: EventTarget | null): string | undefined {
  if (!(target instanceof HTMLElement) || !target.matches('input, textarea')) return undefined
  return target.closest<HTMLElement>('[data-field]')?.dataset['field']
}

/** Tells the others in the workspace where this window is: on which task, and what is about to change there. */
export function Tell() {
  const { presence } = useSync()
  const workspace = useWorkspace()
  const task = useSearchParams().get('task')
  const [field, setField] = useState(() => fieldOf(document.activeElement))

  useEffect(() => {
    const focused = (event: FocusEvent) => setField(fieldOf(event.target))
    const left = (event: FocusEvent) => {
      if (event.relatedTarget === null) setField(undefined)
    }
    document.addEventListener('focusin', focused)
    document.addEventListener('focusout', left)
    return () => {
      document.removeEventListener('focusin', focused)
      document.removeEventListener('focusout', left)
    }
  }, [])

  useEffect(() => {
    presence.move({
      workspace,
      ...(task !== null && { task }),
      ...(task !== null && field !== undefined && { field }),
    })
  }, [presence, workspace, task, field])
  return null
}
