import { Archive } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { List } from '@/api/types'
import { Button } from '@/ui/Button'
import { useListActions } from './useListActions'

/** Says of a list that it was put away, with the way back. */
export function ArchivedNote({ list }: { list: List }) {
  const t = useTranslations('lists')
  const { unarchive } = useListActions()
  return (
    <div className="mb-3 flex min-h-11 items-center gap-3 rounded-md bg-sunken px-3 text-xs text-muted">
      <Archive size={15} aria-hidden className="shrink-0" />
      <p className="grow">{t('is_archived')}</p>
      <Button onClick={() => unarchive(list)}>{t('unarchive')}</Button>
    </div>
  )
}
