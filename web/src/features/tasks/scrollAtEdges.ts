/** How near to an edge it scrolls, and at most how fast (px, px per frame). */
const EDGE = 56
const FASTEST = 14

let frame = 0

/** Goes on scrolling while something is held at an edge of what scrolls; null ends it. */
export function scrollAtEdges(scroller: HTMLElement | null, y: number): void {
  cancelAnimationFrame(frame)
  if (scroller === null) return
  const { top, bottom } = scroller.getBoundingClientRect()
  const beyond = y < top + EDGE ? y - top - EDGE : y > bottom - EDGE ? y - bottom + EDGE : 0
  if (beyond === 0) return
  const speed = Math.max(-FASTEST, Math.min(FASTEST, beyond / 4))
  const scroll = () => {
    scroller.scrollBy(0, speed)
    frame = requestAnimationFrame(scroll)
  }
  frame = requestAnimationFrame(scroll)
}
