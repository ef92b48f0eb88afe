import { useTranslations } from 'use-intl'
import { Skeleton } from '@/ui/Skeleton'

/** While the server reads the file: the place of what it will find. */
export function Looking({ name }: { name: string }) {
  const t = useTranslations('import')
  return (
    <div className="rounded-lg border border-line bg-raised p-5">
      <p role="status" className="text-sm text-muted">
        {t('looking', { name })}
      </p>
      <div className="mt-5 flex gap-8" aria-hidden>
        {['lists', 'tasks', 'done'].map((each) => (
          <Skeleton key={each} className="h-10 w-20" />
        ))}
      </div>
    </div>
  )
}
