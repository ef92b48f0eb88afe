'use client'

import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { api, data } from '@/api/client'
import { useProblemText } from '@/api/useProblemText'
import { saveFile } from '@/lib/saveFile'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/Toast'
import { MoreWays } from '../start/MoreWays'
import { useMembership } from '../workspaces/current'
import { useWorkspaceName } from '../workspaces/useWorkspaceName'
import { Setting } from './Setting'

const formats = ['json', 'csv', 'ics', 'events'] as const
type Format = (typeof formats)[number]
const endings: Record<Format, string> = { json: 'json', csv: 'csv', ics: 'ics', events: 'ndjson' }

/** Takes everything out of the workspace that is shown. */
export function Data() {
  const t = useTranslations('settings')
  const nameOf = useWorkspaceName()
  const shown = useMembership()
  const name = shown === undefined ? '' : nameOf(shown)
  const problemText = useProblemText()
  const take = useMutation({
    mutationFn: async (format: Format) => {
      const query = { format, ...(shown && { workspace: shown.workspace_id }) }
      const blob = await data(api.GET('/api/v1/export', { params: { query }, parseAs: 'blob' }))
      saveFile(blob, `taskfold-${name}.${endings[format]}`)
    },
    onError: (error) => toast({ title: t('not_saved'), detail: problemText(error), urgent: true }),
  })
  return (
    <>
      <p className="mb-4 text-xs text-faint">{t('data_lead', { name })}</p>
      <Setting label={t('bring')} hint={t('bring_hint')}>
        <MoreWays />
      </Setting>
      {formats.map((format) => (
        <Setting key={format} label={t(`formats.${format}`)} hint={t(`formats_hint.${format}`)}>
          <Button disabled={take.isPending} onClick={() => take.mutate(format)}>
            <Download size={14} aria-hidden />
            {t('download')}
            <span className="sr-only">{t(`formats.${format}`)}</span>
          </Button>
        </Setting>
      ))}
    </>
  )
}
