'use client'

import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { useTranslations } from 'use-intl'
import { Bars } from './Bars'
import { DayTicks } from './DayTicks'
import { columnsOf, dayStep, nearest, type Scale } from './scale'
import { useWidth } from './useWidth'

type TimelineProps = {
  scale: Scale
  /** The step that is shown. */
  at: number
  onChange: (at: number) => void
  /** Somebody holds the knob. */
  onHold: (held: boolean) => void
  /** What a step is called: when, and what happened. */
  nameOf: (at: number) => string
}

/** Pixels of a column of the chart. */
const COLUMN = 5

/** What happened, from the oldest to now, with a knob that is moved by hand or by keys. */
export function Timeline({ scale, at, onChange, onHold, nameOf }: TimelineProps) {
  const t = useTranslations('time')
  const trackRef = useRef<HTMLDivElement>(null)
  const width = useWidth(trackRef)
  const [pointed, setPointed] = useState<number>()
  const columns = useMemo(
    () => columnsOf(scale, Math.max(1, Math.floor(width / COLUMN))),
    [scale, width],
  )
  const x = scale.steps[at]?.x ?? 1
  const last = scale.steps.length - 1
  // Whoever comes here wants to move it.
  useEffect(() => trackRef.current?.focus({ preventScroll: true }), [])

  const stepUnder = ({ clientX }: PointerEvent) => {
    const box = trackRef.current?.getBoundingClientRect()
    if (box === undefined || box.width === 0) return at
    const share = (clientX - box.left) / box.width
    return nearest(scale, isRtl() ? 1 - share : share)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const next = stepByKey(event.key, scale, at)
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    onChange(Math.max(0, Math.min(last, next)))
  }

  return (
    <div
      ref={trackRef}
      role="slider"
      tabIndex={0}
      aria-label={t('slider')}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={at}
      aria-valuetext={nameOf(at)}
      className="group/track relative h-19 cursor-ew-resize touch-none outline-none select-none"
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        onHold(true)
        onChange(stepUnder(event))
      }}
      onPointerMove={(event) => {
        const under = stepUnder(event)
        setPointed(event.pointerType === 'mouse' ? under : undefined)
        if (event.currentTarget.hasPointerCapture(event.pointerId)) onChange(under)
      }}
      onPointerUp={() => onHold(false)}
      onPointerCancel={() => onHold(false)}
      onPointerLeave={() => setPointed(undefined)}
    >
      {width > 0 && <Bars columns={columns} width={width} now={x} />}
      {width > 0 && <DayTicks days={scale.days} width={width} />}
      {pointed !== undefined && pointed !== at && (
        <Ghost x={scale.steps[pointed]?.x ?? 0} label={nameOf(pointed)} />
      )}
      <Knob x={x} />
    </div>
  )
}

const isRtl = () => document.documentElement.dir === 'rtl'

/** Where a key leads: arrows by a change, pages by a day, and to the ends. */
function stepByKey(key: string, scale: Scale, at: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return at + (isRtl() ? -1 : 1)
    case 'ArrowLeft':
      return at + (isRtl() ? 1 : -1)
    case 'ArrowUp':
      return at + 1
    case 'ArrowDown':
      return at - 1
    case 'PageUp':
      return dayStep(scale, at, 1)
    case 'PageDown':
      return dayStep(scale, at, -1)
    case 'Home':
      return 0
    case 'End':
      return scale.steps.length - 1
    default:
      return undefined
  }
}

const percent = (x: number) => `${(x * 100).toFixed(3)}%`

function Knob({ x }: { x: number }) {
  return (
    <span
      aria-hidden
      className="pointer-events-none absolute top-0 bottom-6 w-0.5 -ms-px rounded-full bg-accent-ink"
      style={{ insetInlineStart: percent(x) }}
    >
      <span className="absolute -bottom-1.5 start-1/2 size-4 -ms-2 rounded-full border-[3px] border-accent-ink bg-canvas shadow-raised outline-offset-2 outline-focus transition-transform duration-100 group-focus-visible/track:outline-2 group-active/track:scale-125" />
    </span>
  )
}

/** Where the pointer is, and what happened there. */
function Ghost({ x, label }: { x: number; label: string }) {
  const side = x < 0.5 ? { insetInlineStart: percent(x) } : { insetInlineEnd: percent(1 - x) }
  return (
    <span aria-hidden className="pointer-events-none max-sm:hidden">
      <span
        className="absolute top-0 bottom-6 w-px bg-line-strong"
        style={{ insetInlineStart: percent(x) }}
      />
      <span
        className="absolute -top-7 max-w-96 truncate rounded-md bg-ink px-2 py-1 text-2xs whitespace-nowrap text-canvas"
        style={side}
      >
        {label}
      </span>
    </span>
  )
}
