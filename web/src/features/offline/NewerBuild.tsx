'use client'

import { useSyncExternalStore } from 'react'
import { useTranslations } from 'use-intl'
import { newerBuild } from './worker'

/** Says that there is a newer version of the app, and begins anew with it when somebody wants that. */
export function NewerBuild() {
  const t = useTranslations('offline')
  const ready = useSyncExternalStore(newerBuild.subscribe, newerBuild.ready, () => false)
  if (!ready) return null
  return (
    <button
      type="button"
      onClick={() => newerBuild.use()}
      className="inline-flex h-6 items-center rounded-sm text-2xs font-medium text-accent-ink hover:underline touch:h-11"
    >
      {t('update')}
    </button>
  )
}
