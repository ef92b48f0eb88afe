import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import type { Membership } from '@/api/types'

/** What the server calls everybody's own workspace, until they call it something else. */
const UNNAMED = 'Personal'

/** What a workspace is called in the language of the app. */
export function useWorkspaceName(): (workspace: Pick<Membership, 'name' | 'personal'>) => string {
  const t = useTranslations('workspaces')
  return useCallback(
    ({ name, personal }) => (personal && name === UNNAMED ? t('personal') : name),
    [t],
  )
}
