'use client'

import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { Kbd } from './Kbd'

/** Somebody who only passes by sees nothing (ms). */
const DELAY = 500
/** Time enough to get from a control onto its tooltip (ms). */
const GRACE = 120
const GAP = 6
const EDGE = 8

/** Shows the tooltip of whatever control is pointed at or reached by the keyboard; one for the whole app. */
export function Tooltips() {
  const [anchor, setAnchor] = useState<HTMLElement>()
  const tip = useRef<HTMLDivElement>(null)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const later = (wait: number, next: HTMLElement | undefined) => {
      clearTimeout(timer)
      timer = setTimeout(() => setAnchor(next), wait)
    }
    const hide = () => {
      clearTimeout(timer)
      setAnchor(undefined)
    }
    const over = ({ target, pointerType }: PointerEvent) => {
      if (pointerType === 'touch' || !(target instanceof Node)) return
      // Whoever reads it may point at it.
      if (tip.current?.contains(target)) clearTimeout(timer)
      else later(tipped(target) ? DELAY : GRACE, tipped(target))
    }
    const focus = ({ target }: FocusEvent) => {
      const control = target instanceof HTMLElement && target.matches(':focus-visible')
      if (control) later(DELAY, tipped(target))
    }
    document.addEventListener('pointerover', over)
    document.addEventListener('pointerdown', hide)
    document.addEventListener('focusin', focus)
    document.addEventListener('focusout', hide)
    document.addEventListener('keydown', hide)
    document.addEventListener('scroll', hide, { capture: true, passive: true })
    return () => {
      clearTimeout(timer)
      document.removeEventListener('pointerover', over)
      document.removeEventListener('pointerdown', hide)
      document.removeEventListener('focusin', focus)
      document.removeEventListener('focusout', hide)
      document.removeEventListener('keydown', hide)
      document.removeEventListener('scroll', hide, { capture: true })
    }
  }, [])

  useLayoutEffect(() => {
    if (tip.current && anchor) place(tip.current, anchor)
  }, [anchor])

  const label = anchor?.dataset['tip']
  // A control that was taken away has no tooltip any more.
  if (!anchor?.isConnected || label === undefined) return null
  const keys = anchor.dataset['tipKeys']
  return createPortal(
    <div
      ref={tip}
      aria-hidden
      className="appears fixed z-50 flex w-max max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-2xs text-canvas"
    >
      {label}
      {keys !== undefined && <Kbd inverse>{keys}</Kbd>}
    </div>,
    document.body,
  )
}

const tipped = (target: Node): HTMLElement | undefined => {
  const element = target instanceof Element ? target : target.parentElement
  return element?.closest<HTMLElement>('[data-tip]') ?? undefined
}

/** Under the control, or above it where there is no room; within the window. */
function place(tip: HTMLElement, anchor: HTMLElement) {
  const [box, { width, height }] = [anchor.getBoundingClientRect(), tip.getBoundingClientRect()]
  const below = box.bottom + GAP
  const top = below + height + EDGE > window.innerHeight ? box.top - GAP - height : below
  const middle = box.left + box.width / 2 - width / 2
  const left = Math.max(EDGE, Math.min(middle, window.innerWidth - width - EDGE))
  tip.style.top = `${top}px`
  tip.style.left = `${left}px`
}
