'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { useCommands } from '../commands'

/** The commands that lead to the views that are not lists. */
export function ViewCommands() {
  const t = useTranslations('search')
  const router = useRouter()
  useCommands([
    {
      id: 'go.search',
      group: 'go',
      label: t('command'),
      keys: '/',
      run: () => router.push('/search'),
    },
  ])
  return null
}
