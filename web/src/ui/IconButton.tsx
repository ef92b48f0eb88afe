'use client'

import type { ReactNode } from 'react'
import { classes } from './classes'
import type { ButtonProps } from './Button'
import { Tooltip } from './Tooltip'

type IconButtonProps = Omit<ButtonProps, 'look' | 'size' | 'children'> & {
  label: string
  icon: ReactNode
  /** Keys that do the same. */
  keys?: string
}

/** A button without words: its label is what a screen reader says and the tooltip shows. */
export function IconButton({ label, icon, keys, className, type, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label} keys={keys}>
      <button
        type={type ?? 'button'}
        aria-label={label}
        className={classes(
          'inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted',
          'transition-colors duration-100 hover:bg-hover hover:text-ink touch:size-11',
          'disabled:pointer-events-none disabled:opacity-60',
          className,
        )}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  )
}
