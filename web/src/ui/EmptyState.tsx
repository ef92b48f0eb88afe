import type { ReactNode } from 'react'

type EmptyStateProps = {
  /** Set where it is all that the page has. */
  wholePage?: boolean
  figure?: ReactNode
  title: string
  detail?: string
  action?: ReactNode
}

/** What a page says that has nothing to show. */
export function EmptyState({ wholePage = false, figure, title, detail, action }: EmptyStateProps) {
  const Title = wholePage ? 'h1' : 'h2'
  return (
    <div className="flex flex-col items-center px-6 py-16 text-center">
      {figure !== undefined && <div className="mb-5 text-faint">{figure}</div>}
      <Title className="text-base font-semibold">{title}</Title>
      {detail !== undefined && (
        <p className="mt-1.5 max-w-sm text-sm text-balance text-muted">{detail}</p>
      )}
      {action !== undefined && <div className="mt-5">{action}</div>}
    </div>
  )
}
