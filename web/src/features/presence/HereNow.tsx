'use client'

import { useTranslations } from 'use-intl'
import { useWorkspace } from '../workspaces/current'
import { useOthers } from './others'
import { People } from './People'

/** Who else is in the workspace that is shown. */
export function HereNow() {
  const t = useTranslations('presence')
  return <People label={t('here')} people={useOthers(useWorkspace())} />
}
