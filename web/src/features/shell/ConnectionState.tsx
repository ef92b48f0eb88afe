'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useConnection } from '@/sync'
import { classes } from '@/ui/classes'

/** Whether what is shown is live, and how much waits to be sent; it leads to that. */
export function ConnectionState() {
  const t = useTranslations('shell')
  const { link, unsent } = useConnection()
  return (
    <p role="status">
      <Link
        href="/conflicts"
        className="flex h-6 items-center gap-2 rounded-sm text-2xs text-faint hover:text-ink touch:h-11"
      >
        <span
          aria-hidden
          className={classes(
            'size-2 rounded-full',
            link === 'live' && 'bg-ok',
            link === 'polling' && 'border-[1.5px] border-ok',
            link === 'connecting' && 'breathes bg-line-strong',
            link === 'offline' && 'border-[1.5px] border-warning',
          )}
        />
        {link === 'live' && unsent > 0 ? t('saving') : t(`links.${link}`)}
        {link === 'offline' && unsent > 0 && <span>{t('unsent', { count: unsent })}</span>}
      </Link>
    </p>
  )
}
