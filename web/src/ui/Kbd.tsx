import { classes } from './classes'

/** A key of the keyboard. */
export function Kbd({ children, inverse = false }: { children: string; inverse?: boolean }) {
  return (
    <kbd
      className={classes(
        'inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border px-1 font-sans text-2xs',
        inverse ? 'border-muted text-canvas' : 'border-line bg-canvas text-muted',
      )}
    >
      {children}
    </kbd>
  )
}
