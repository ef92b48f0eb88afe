import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useProblemText } from '@/api/useProblemText'
import { Button } from '@/ui/Button'
import { Skeleton } from '@/ui/Skeleton'

type RemoteProps<T> = { query: UseQueryResult<T>; children: (value: T) => ReactNode }

/** What only the server has: lines in its place until it is there, and a way on when it does not come. */
export function Remote<T>({ query, children }: RemoteProps<T>) {
  const t = useTranslations('errors')
  const problemText = useProblemText()
  if (query.data !== undefined) return children(query.data)
  if (query.isError || query.fetchStatus === 'paused') {
    return (
      <div role="status" className="flex flex-wrap items-center gap-3 py-4 text-sm text-muted">
        {query.isError ? problemText(query.error) : t('offline')}
        <Button onClick={() => void query.refetch()}>{t('again')}</Button>
      </div>
    )
  }
  return (
    <div className="divide-y divide-line border-y border-line" aria-hidden>
      {['w-40', 'w-52'].map((width) => (
        <div key={width} className="flex min-h-14 flex-col justify-center gap-2">
          <Skeleton className={`h-3 ${width}`} />
          <Skeleton className="h-2.5 w-28" />
        </div>
      ))}
    </div>
  )
}
