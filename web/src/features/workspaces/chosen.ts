/** The workspace that was chosen last in this browser; whether it can still be shown is for the reader to see. */
const KEY = 'taskfold.workspace'

const listeners = new Set<() => void>()
let current: string | null | undefined

function stored(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    // Storage may be forbidden: then it is the person's own.
    return null
  }
}

export function chosen(): string | null {
  current ??= stored()
  return current
}

export function choose(workspace: string): void {
  if (workspace === chosen()) return
  current = workspace
  try {
    localStorage.setItem(KEY, workspace)
  } catch {
    // Then it holds until the page is left.
  }
  for (const listener of listeners) listener()
}

export function watchChosen(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
