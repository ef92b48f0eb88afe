'use client'

import { useTranslations } from 'use-intl'
import { classes } from '@/ui/classes'
import { useConnection } from '../tasks/replica'

/** Whether what is shown is live. */
export function ConnectionState() {
  const t = useTranslations('shell')
  const online = useConnection() === 'online'
  return (
    <p role="status" className="flex h-6 items-center gap-2 text-2xs text-faint">
      <span
        aria-hidden
        className={classes(
          'size-2 rounded-full',
          online ? 'bg-ok' : 'border-[1.5px] border-warning bg-transparent',
        )}
      />
      {online ? t('online') : t('offline')}
    </p>
  )
}
