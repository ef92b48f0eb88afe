import type { Priority } from '@/api/types'
import { classes } from './classes'

/** How far the ring of a priority is drawn, in sixteenths: it reads without colours. */
const rings: Record<Priority, { colour: string; sixteenths: number }> = {
  none: { colour: 'text-line-strong', sixteenths: 0 },
  low: { colour: 'text-low', sixteenths: 4 },
  medium: { colour: 'text-medium', sixteenths: 8 },
  high: { colour: 'text-high', sixteenths: 12 },
  urgent: { colour: 'text-urgent', sixteenths: 16 },
}

const RADIUS = 7
const AROUND = 2 * Math.PI * RADIUS

type TickProps = {
  label: string
  done: boolean
  priority: Priority
  disabled?: boolean
  onChange: (done: boolean) => void
}

/** The box that completes a task. Its ring fills with the priority; urgent has a dot as well. */
export function Tick({ label, done, priority, disabled = false, onChange }: TickProps) {
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={done}
      aria-label={label}
      disabled={disabled}
      onClick={(event) => {
        event.stopPropagation()
        onChange(!done)
      }}
      className={classes(
        'group/tick flex size-7 shrink-0 items-center justify-center rounded-full touch:size-11',
      )}
    >
      <TickMark done={done} priority={priority} />
    </button>
  )
}

/** The box alone, where nothing can be ticked. */
export function TickMark({ done, priority }: Pick<TickProps, 'done' | 'priority'>) {
  return (
    <svg
      viewBox="0 0 18 18"
      className={classes('size-4.5 shrink-0', rings[priority].colour)}
      aria-hidden
    >
      {done ? <Done /> : <Ring priority={priority} />}
    </svg>
  )
}

function Ring({ priority }: { priority: Priority }) {
  const { sixteenths } = rings[priority]
  return (
    <g fill="none" stroke="currentColor">
      <circle
        cx="9"
        cy="9"
        r={RADIUS}
        strokeWidth="1.5"
        className="stroke-line-strong"
        opacity={sixteenths === 0 ? 1 : 0.45}
      />
      {sixteenths > 0 && (
        <circle
          cx="9"
          cy="9"
          r={RADIUS}
          strokeWidth="2.25"
          strokeDasharray={`${(sixteenths / 16) * AROUND} ${AROUND}`}
          transform="rotate(-90 9 9)"
        />
      )}
      {priority === 'urgent' && <circle cx="9" cy="9" r="2" fill="currentColor" stroke="none" />}
      <path
        d="m5.8 9.2 2.2 2.2 4.2-4.6"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        className={classes(
          'opacity-0 transition-opacity duration-100',
          priority !== 'urgent' && 'group-hover/tick:opacity-100',
        )}
      />
    </g>
  )
}

function Done() {
  return (
    <>
      <circle cx="9" cy="9" r="7.75" className="fill-faint" />
      <path
        d="m5.6 9.2 2.3 2.3 4.5-4.9"
        fill="none"
        strokeWidth="1.75"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-canvas"
      />
    </>
  )
}
