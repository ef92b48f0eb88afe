'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { EmptyState } from '@/ui/EmptyState'
import { Sheet } from '../tasks/figures'

export function NotFound() {
  const t = useTranslations('pages')
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <EmptyState
        wholePage
        figure={<Sheet />}
        title={t('not_found')}
        detail={t('not_found_more')}
        action={
          <Link href="/today" className="font-medium text-accent-ink hover:underline">
            {t('to_today')}
          </Link>
        }
      />
    </main>
  )
}
