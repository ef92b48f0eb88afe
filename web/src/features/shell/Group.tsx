import type { ReactNode } from 'react'

type GroupProps = { title: string; action?: ReactNode; children: ReactNode }

/** Places of one kind in the sidebar, and how to make another. */
export function Group({ title, action, children }: GroupProps) {
  return (
    <section className="mt-4">
      <div className="flex h-7 items-center justify-between ps-2">
        <h2 className="text-2xs font-medium text-faint">{title}</h2>
        {action}
      </div>
      <ul>{children}</ul>
    </section>
  )
}
