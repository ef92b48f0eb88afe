'use client'

import { History } from 'lucide-react'
import { usePathname, useSearchParams } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { IconButton } from '@/ui/IconButton'
import { useCommands } from '../commands'
import { NOW, useGoTo } from './moment'
import { placeOf } from './place'

/** Shows a page of tasks as it was; there on the pages that have a past. */
export function TimeButton() {
  const hasPast = placeOf(usePathname(), useSearchParams()) !== null
  return hasPast && <Button />
}

function Button() {
  const t = useTranslations('time')
  const goTo = useGoTo()
  const open = () => goTo({ at: NOW })
  useCommands([{ id: 'time.open', group: 'history', label: t('open'), keys: 'g p', run: open }])
  return (
    <IconButton
      label={t('open')}
      keys="G P"
      icon={<History size={16} aria-hidden />}
      onClick={open}
    />
  )
}
