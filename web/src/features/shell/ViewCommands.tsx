'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { useCommands } from '../commands'

/** The commands that lead to the views that are not lists. */
export function ViewCommands() {
  const search = useTranslations('search')
  const filters = useTranslations('filters')
  const calendar = useTranslations('calendar')
  const router = useRouter()
  useCommands([
    {
      id: 'go.search',
      group: 'go',
      label: search('command'),
      keys: '/',
      run: () => router.push('/search'),
    },
    {
      id: 'go.filter',
      group: 'go',
      label: filters('new'),
      keys: 'g f',
      run: () => router.push('/filter'),
    },
    {
      id: 'go.calendar',
      group: 'go',
      label: calendar('command'),
      keys: 'g c',
      run: () => router.push('/calendar'),
    },
  ])
  return null
}
