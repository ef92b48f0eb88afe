let focused: string | undefined

/** The task that has the focus, as whatever shows a task says by `data-task`. */
const taskAt = (element: Element) => element.closest<HTMLElement>('[data-task]')?.dataset['task']

/** What opens above the page leaves the task that had the focus to what is done there. */
const isAbove = (element: Element) =>
  element.closest('[data-window], [role="menu"], [role="dialog"], [role="toolbar"]') !== null

/** Follows the focus. */
export function followFocus(): () => void {
  const listener = ({ target }: FocusEvent) => {
    if (!(target instanceof Element)) return
    const task = taskAt(target)
    if (task !== undefined || !isAbove(target)) focused = task
  }
  document.addEventListener('focusin', listener)
  return () => document.removeEventListener('focusin', listener)
}

/** The task that has the focus, or had it before a window was opened. */
export function focusedTask(): string | undefined {
  const { activeElement } = document
  if (activeElement === null || activeElement === document.body) return undefined
  return taskAt(activeElement) ?? (isAbove(activeElement) ? focused : undefined)
}
