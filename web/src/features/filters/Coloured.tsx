import { classes } from '@/ui/classes'
import type { Stretch } from './language/read'
import type { Role } from './language/parser'

const tints: Record<Role, string> = {
  field: 'text-accent-ink',
  operator: 'text-faint',
  value: 'text-ok',
  keyword: 'text-high',
  bracket: 'text-faint',
}

type ColouredProps = {
  stretches: readonly Stretch[]
  /** Not while it is still being written. */
  showWrong: boolean
}

/** A filter with its parts in their colours, and its mistake marked. */
export function Coloured({ stretches, showWrong }: ColouredProps) {
  return stretches.map(({ text, role, wrong }, at) => (
    <span
      key={at}
      className={classes(
        role !== null && tints[role],
        wrong &&
          showWrong &&
          'text-danger underline decoration-danger decoration-wavy decoration-from-font underline-offset-4',
      )}
    >
      {text}
    </span>
  ))
}
