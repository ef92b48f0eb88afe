import type { MouseEvent } from 'react'

/**
 * Goes to an address of the page that is shown: only what stands behind the `?` differs. Next reads nothing for it,
 * so it happens at once and without a network.
 */
export function goInPlace(href: string): void {
  window.history.pushState(null, '', href)
}

/** Follows a link to the page that is shown in place, unless it is to be opened elsewhere. */
export function followInPlace(event: MouseEvent<HTMLAnchorElement>): void {
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
  if (event.defaultPrevented || event.button !== 0 || elsewhere) return
  event.preventDefault()
  goInPlace(event.currentTarget.href)
}
