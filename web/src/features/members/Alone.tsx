'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { Company } from '../tasks/figures'
import { NewWorkspace } from '../workspaces/NewWorkspace'

/** What stands in place of members in somebody's own workspace: the way to one that can be shared. */
export function Alone() {
  const t = useTranslations('members')
  const [naming, setNaming] = useState(false)
  return (
    <>
      <EmptyState
        figure={<Company />}
        title={t('alone')}
        detail={t('alone_more')}
        action={
          <Button look="primary" onClick={() => setNaming(true)}>
            {t('alone_new')}
          </Button>
        }
      />
      <NewWorkspace open={naming} onOpenChange={setNaming} />
    </>
  )
}
