import type { ComponentProps, ReactNode } from 'react'
import { classes } from '@/ui/classes'

type ChipProps = ComponentProps<'button'> & {
  icon: ReactNode
  /** What it is of; said before the value, and shown where there is none. */
  label: string
  value?: ReactNode
  tone?: string | undefined
}

/** A field of a task, which opens what changes it. */
export function Chip({ icon, label, value, tone = 'text-ink', className, ...button }: ChipProps) {
  const empty = value === undefined
  return (
    <button
      type="button"
      {...button}
      className={classes(
        'inline-flex h-7 max-w-full items-center gap-1.5 rounded-md border px-2 text-xs touch:h-11 touch:px-3',
        'hover:bg-hover data-[popup-open]:bg-hover',
        empty ? 'border-dashed border-line text-faint hover:text-ink' : `border-line ${tone}`,
        className,
      )}
    >
      <span aria-hidden className={classes('flex shrink-0', empty ? '' : 'text-muted')}>
        {icon}
      </span>
      {empty ? (
        label
      ) : (
        <>
          <span className="sr-only">{label}: </span>
          <span className="truncate" dir="auto">
            {value}
          </span>
        </>
      )}
    </button>
  )
}
