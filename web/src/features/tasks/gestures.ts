/** What is done to a row by a pointer, beside a click. */
export type Gestures = {
  /** A finger stayed on a row. */
  hold: (id: string) => void
  /** A finger threw a row aside, with or against the direction of reading. */
  swipe: (id: string, side: 'forward' | 'back') => void
  dragStart: (id: string, x: number, y: number) => void
  dragMove: (x: number, y: number) => void
  /** The end of a drag; not where it was called off. */
  drop: () => void
  dragEnd: () => void
}

type Press = {
  readonly id: string
  readonly row: HTMLElement
  readonly pointer: number
  readonly x: number
  readonly y: number
  readonly byFinger: boolean
  phase: 'down' | 'swipe' | 'held' | 'drag'
}

/** How long a finger stays for more than a tap (ms). */
const HOLD = 450
/** How far a pointer moves for more than a click (px). */
const SLOP = 6
const FINGER_SLOP = 10
/** How far a row is thrown to mean it (px). */
const THROWN = 88

/**
 * Tells what pointers do to the rows, `[data-task]`, of a list. A mouse drags at once, a finger after it stayed; a
 * finger that goes to a side throws the row, and one that goes up or down scrolls.
 */
export class GestureWatch {
  private press: Press | undefined
  private timer = 0
  /** What ends a gesture is no click. */
  private quiet = false

  constructor(
    private readonly list: HTMLElement,
    private readonly gestures: () => Gestures,
  ) {
    list.addEventListener('pointerdown', this.down)
    // Before the page hears of it, which listens above the list.
    window.addEventListener('click', this.click, { capture: true })
    list.addEventListener('contextmenu', this.menu)
    list.addEventListener('dragstart', prevent)
    // A passive listener could not keep the page from being scrolled under a row that a finger holds.
    list.addEventListener('touchmove', this.touch, { passive: false })
  }

  dispose(): void {
    this.end()
    const { list } = this
    list.removeEventListener('pointerdown', this.down)
    window.removeEventListener('click', this.click, { capture: true })
    list.removeEventListener('contextmenu', this.menu)
    list.removeEventListener('dragstart', prevent)
    list.removeEventListener('touchmove', this.touch)
  }

  private readonly down = (event: PointerEvent) => {
    this.quiet = false
    if (event.button !== 0 || !event.isPrimary || !(event.target instanceof Element)) return
    if (event.target.closest('button, input') !== null) return
    const row = event.target.closest<HTMLElement>('[data-task]')
    const id = row?.dataset['task']
    if (row === null || id === undefined) return
    this.end()
    const { pointerId: pointer, clientX: x, clientY: y } = event
    const byFinger = event.pointerType === 'touch'
    this.press = { id, row, pointer, x, y, byFinger, phase: 'down' }
    if (byFinger) this.timer = window.setTimeout(this.held, HOLD)
    window.addEventListener('pointermove', this.move)
    window.addEventListener('pointerup', this.up)
    window.addEventListener('pointercancel', this.end)
    window.addEventListener('keydown', this.key, { capture: true })
  }

  private readonly held = () => {
    if (this.press === undefined) return
    this.press.phase = 'held'
    this.press.row.dataset['held'] = ''
  }

  private readonly move = (event: PointerEvent) => {
    const { press } = this
    if (press?.pointer !== event.pointerId) return
    const [dx, dy] = [event.clientX - press.x, event.clientY - press.y]
    switch (press.phase) {
      case 'down':
        if (!press.byFinger) {
          if (Math.hypot(dx, dy) > SLOP) this.drag(press)
        } else if (Math.abs(dy) > FINGER_SLOP) {
          this.end()
        } else if (Math.abs(dx) > FINGER_SLOP) {
          window.clearTimeout(this.timer)
          press.phase = 'swipe'
        }
        return
      case 'held':
        if (Math.hypot(dx, dy) > FINGER_SLOP) this.drag(press)
        return
      case 'swipe':
        press.row.style.setProperty('--swipe', `${dx}px`)
        press.row.dataset['swipe'] = sideOf(dx)
        press.row.toggleAttribute('data-thrown', Math.abs(dx) >= THROWN)
        return
      case 'drag':
        this.gestures().dragMove(event.clientX, event.clientY)
    }
  }

  private drag(press: Press): void {
    press.phase = 'drag'
    // Rows come and go as the list is scrolled; the list stays.
    this.list.setPointerCapture(press.pointer)
    this.gestures().dragStart(press.id, press.x, press.y)
  }

  private readonly up = (event: PointerEvent) => {
    const { press } = this
    if (press?.pointer !== event.pointerId) return
    const dx = event.clientX - press.x
    this.quiet = press.phase !== 'down'
    const gestures = this.gestures()
    if (press.phase === 'drag') gestures.drop()
    if (press.phase === 'held') gestures.hold(press.id)
    if (press.phase === 'swipe' && Math.abs(dx) >= THROWN) gestures.swipe(press.id, sideOf(dx))
    this.end()
  }

  private readonly end = () => {
    const { press } = this
    window.clearTimeout(this.timer)
    window.removeEventListener('pointermove', this.move)
    window.removeEventListener('pointerup', this.up)
    window.removeEventListener('pointercancel', this.end)
    window.removeEventListener('keydown', this.key, { capture: true })
    if (press === undefined) return
    this.press = undefined
    press.row.style.removeProperty('--swipe')
    for (const name of ['data-swipe', 'data-thrown', 'data-held']) press.row.removeAttribute(name)
    if (press.phase === 'drag') this.gestures().dragEnd()
  }

  private readonly key = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || this.press?.phase !== 'drag') return
    event.preventDefault()
    event.stopPropagation()
    this.quiet = true
    this.end()
  }

  private readonly click = (event: MouseEvent) => {
    if (!this.quiet || !(event.target instanceof Node)) return
    this.quiet = false
    if (!this.list.contains(event.target)) return
    prevent(event)
    event.stopPropagation()
  }

  /** A finger that stays chooses the task: the browser's menu would come in between. */
  private readonly menu = (event: MouseEvent) => {
    if (this.press?.byFinger === true) prevent(event)
  }

  private readonly touch = (event: TouchEvent) => {
    const phase = this.press?.phase
    if (phase !== undefined && phase !== 'down') prevent(event)
  }
}

const prevent = (event: Event) => event.preventDefault()

function sideOf(dx: number): 'forward' | 'back' {
  return dx > 0 === (document.documentElement.dir !== 'rtl') ? 'forward' : 'back'
}
