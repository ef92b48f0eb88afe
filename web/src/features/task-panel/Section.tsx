import type { ReactNode } from 'react'

type SectionProps = { title: string; count?: string | undefined; children: ReactNode }

/** A part of the panel with its title. */
export function Section({ title, count, children }: SectionProps) {
  return (
    <section className="mt-6">
      <h3 className="mb-1 flex items-baseline gap-2 border-b border-line pb-1.5 text-xs font-semibold">
        {title}
        {count !== undefined && <span className="text-2xs font-normal text-faint">{count}</span>}
      </h3>
      {children}
    </section>
  )
}
