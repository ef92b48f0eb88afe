'use client'

import { useTranslations } from 'use-intl'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'

/** A page that failed; what was written is safe, as it is not the page's. */
export function Broken({ retry }: { retry: () => void }) {
  const t = useTranslations('pages')
  return (
    <EmptyState
      title={t('broken')}
      detail={t('broken_more')}
      action={<Button onClick={retry}>{t('retry')}</Button>}
    />
  )
}
