'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useProblemText } from '@/api/useProblemText'
import { useSync } from '@/sync'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/Toast'
import { Page } from '../tasks/Page'
import { useWorkspace } from '../workspaces/current'
import { DropZone } from './DropZone'
import { Found } from './Found'
import { Looking } from './Looking'
import { Brought } from './Brought'
import { Sources } from './Sources'
import { SourceChoice } from './SourceChoice'
import { isUnrecognised, useImport, type Chosen } from './useImport'

/** Brings tasks from other applications: a file, a look into it, and all of it in one change. */
export function ImportPage() {
  const t = useTranslations('import')
  return (
    <Page title={t('title')}>
      <p className="mb-5 max-w-lg ps-2 text-sm text-muted">{t('lead')}</p>
      <Steps />
    </Page>
  )
}

function Steps() {
  const t = useTranslations('import')
  const workspace = useWorkspace()
  const sync = useSync()
  const problemText = useProblemText()
  const { preview, bring } = useImport()
  const [chosen, setChosen] = useState<Chosen>()

  const look = (next: Chosen) => {
    setChosen(next)
    bring.reset()
    preview.mutate(next)
  }
  const again = () => {
    setChosen(undefined)
    preview.reset()
    bring.reset()
  }
  const start = () => {
    if (chosen === undefined) return
    bring.mutate(chosen, {
      onSuccess: ({ change_id: change, tasks, skipped_existing: here }) => {
        const count = Math.max(0, tasks - here)
        if (!change) toast({ title: t('nothing_new') })
        else {
          const run = () => {
            sync.undo({ change }, workspace)
            again()
          }
          toast({ title: t('brought', { count }), action: { label: t('undo'), run } })
        }
      },
      onError: (error) =>
        toast({ title: t('not_brought'), detail: problemText(error), urgent: true }),
    })
  }

  if (chosen === undefined) {
    return (
      <>
        <DropZone onFile={(file) => look({ file, source: 'auto' })} />
        <Sources />
      </>
    )
  }
  if (preview.isError) {
    return (
      <div role="alert" className="rounded-lg border border-line bg-raised p-5">
        <h2 className="text-sm font-semibold">
          {isUnrecognised(preview.error) ? t('unrecognised') : t('unreadable')}
        </h2>
        <p className="mt-1 mb-4 text-xs text-muted">
          {isUnrecognised(preview.error) ? t('unrecognised_more') : problemText(preview.error)}
        </p>
        <div className="flex flex-wrap items-center gap-2">
          <SourceChoice value={chosen.source} onChange={(source) => look({ ...chosen, source })} />
          <Button onClick={again}>{t('other_file')}</Button>
        </div>
      </div>
    )
  }
  if (preview.data === undefined) return <Looking name={chosen.file.name} />
  if (bring.data !== undefined) return <Brought report={bring.data} onAgain={again} />
  return (
    <Found
      chosen={chosen}
      report={preview.data}
      bringing={bring.isPending}
      onSource={(source) => look({ ...chosen, source })}
      onAgain={again}
      onStart={start}
    />
  )
}
