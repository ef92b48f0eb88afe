import type { ComponentProps } from 'react'
import { classes } from './classes'

type Look = 'primary' | 'secondary' | 'quiet' | 'danger'

const looks: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  secondary: 'border border-line bg-raised text-ink hover:border-line-strong hover:bg-hover',
  quiet: 'text-muted hover:bg-hover hover:text-ink',
  danger: 'border border-line bg-raised text-danger hover:border-danger hover:bg-hover',
}

export type ButtonProps = ComponentProps<'button'> & { look?: Look; size?: 'small' | 'large' }

/** A labelled button; give `type="submit"` where it sends a form. */
export function Button({
  look = 'secondary',
  size = 'small',
  type = 'button',
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      className={classes(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium',
        'transition-colors duration-100 disabled:pointer-events-none disabled:opacity-60',
        size === 'small' ? 'h-8 px-3 text-xs touch:h-11 touch:text-sm' : 'h-10 px-4 touch:h-12',
        looks[look],
        className,
      )}
      {...rest}
    />
  )
}
