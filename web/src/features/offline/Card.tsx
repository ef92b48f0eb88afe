import type { ReactNode } from 'react'
import { useFormatter } from 'use-intl'

/** Does something that makes a card go, and looks after the focus. */
export type Settle = (act: () => void) => void

type CardProps = { title: ReactNode; at: number; children: ReactNode }

/** Something that waits for a decision, with when it happened. */
export function Card({ title, at, children }: CardProps) {
  const format = useFormatter()
  return (
    <li
      data-card
      tabIndex={-1}
      className="rounded-lg border border-line bg-raised p-3 outline-none focus-visible:border-focus sm:p-4"
    >
      <div className="mb-3 flex items-baseline gap-3">
        <h3 className="min-w-0 grow text-sm font-medium wrap-anywhere" dir="auto">
          {title}
        </h3>
        <time dateTime={new Date(at).toISOString()} className="shrink-0 text-2xs text-faint">
          {format.dateTime(at, {
            day: 'numeric',
            month: 'short',
            hour: 'numeric',
            minute: '2-digit',
          })}
        </time>
      </div>
      {children}
    </li>
  )
}
