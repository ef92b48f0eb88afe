'use client'

import { useTranslations } from 'use-intl'
import { useConnection } from '@/sync'
import { classes } from '@/ui/classes'

/** Whether what is shown is live, and how much waits to be sent. */
export function ConnectionState() {
  const t = useTranslations('shell')
  const { link, unsent } = useConnection()
  return (
    <p role="status" className="flex h-6 items-center gap-2 text-2xs text-faint">
      <span
        aria-hidden
        className={classes(
          'size-2 rounded-full',
          link === 'live' && 'bg-ok',
          link === 'connecting' && 'breathes bg-line-strong',
          link === 'offline' && 'border-[1.5px] border-warning',
        )}
      />
      {link === 'live' && unsent > 0 ? t('saving') : t(`links.${link}`)}
      {link === 'offline' && unsent > 0 && <span>{t('unsent', { count: unsent })}</span>}
    </p>
  )
}
