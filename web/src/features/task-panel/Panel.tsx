'use client'

import { useTranslations } from 'use-intl'
import { EmptyState } from '@/ui/EmptyState'
import { Sheet } from '../tasks/figures'
import { useOpenTask } from '../tasks/useTaskHref'
import { PanelFrame } from './PanelFrame'
import { PanelHead } from './PanelHead'
import { PanelSkeleton } from './PanelSkeleton'
import { TaskBody } from './TaskBody'
import { useShownTask } from './useShownTask'

/** One task, with all that is known of it and all that can be done to it. */
export function Panel({ id }: { id: string }) {
  const t = useTranslations('panel')
  const shown = useShownTask(id)
  const open = useOpenTask()
  const close = () => open(null)
  return (
    <PanelFrame label={t('label')} taskId={id} onClose={close}>
      <PanelHead task={shown.is === 'there' ? shown.task : undefined} onClose={close} />
      {shown.is === 'loading' && <PanelSkeleton />}
      {shown.is === 'there' && <TaskBody key={id} task={shown.task} />}
      {shown.is === 'missing' && (
        <EmptyState figure={<Sheet />} title={t('missing')} detail={t('missing_more')} />
      )}
      {shown.is === 'unreachable' && (
        <EmptyState figure={<Sheet />} title={t('unreachable')} detail={t('unreachable_more')} />
      )}
    </PanelFrame>
  )
}
