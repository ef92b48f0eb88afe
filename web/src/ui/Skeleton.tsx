import { classes } from './classes'

/** Stands where something will be; the size is given by the class. */
export function Skeleton({ className }: { className: string }) {
  return <span aria-hidden className={classes('breathes block rounded-sm bg-sunken', className)} />
}
