import { memo } from 'react'
import type { Column } from './scale'

type BarsProps = {
  columns: readonly Column[]
  width: number
  /** What lies behind this is yet to come. */
  now: number
}

/** Pixels: the highest bar, the lowest one, the widest one. */
const [HIGHEST, LOWEST, WIDEST] = [44, 6, 10]

const parts = [
  { name: 'other', colour: 'fill-accent-ink' },
  { name: 'done', colour: 'fill-ok' },
  { name: 'deleted', colour: 'fill-danger' },
] as const

const total = ({ done, deleted, other }: Column) => done + deleted + other

/** How much happened when: a bar for each column, what was done and what was deleted in it by colour. */
export const Bars = memo(function Bars({ columns, width, now }: BarsProps) {
  const most = Math.max(1, ...columns.map(total))
  // Days stand apart, so that the columns have less than all of the width.
  const wide = Math.min(WIDEST, Math.max(2, (width / columns.length) * 0.55))
  return (
    <svg
      aria-hidden
      width={width}
      height={HIGHEST}
      className="absolute start-0 top-1 rtl:-scale-x-100"
    >
      <line x1="0" x2={width} y1={HIGHEST - 0.5} y2={HIGHEST - 0.5} className="stroke-line" />
      {columns.map((column) => {
        const sum = total(column)
        if (sum === 0) return null
        // A busy hour must not make everything else look flat.
        const share = Math.log1p(sum) / Math.log1p(most)
        const high = LOWEST + share * (HIGHEST - LOWEST)
        let foot = HIGHEST
        return (
          <g key={column.x} opacity={column.x > now + 0.001 ? 0.28 : 1}>
            {parts.map(({ name, colour }) => {
              const height = (column[name] / sum) * high
              foot -= height
              if (height === 0) return null
              return (
                <rect
                  key={name}
                  x={column.x * width - wide / 2}
                  y={foot}
                  width={wide}
                  height={height}
                  rx={Math.min(2, wide / 2)}
                  className={colour}
                />
              )
            })}
          </g>
        )
      })}
    </svg>
  )
})
