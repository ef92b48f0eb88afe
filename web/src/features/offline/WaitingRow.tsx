'use client'

import { Undo2 } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useSync, type Waiting } from '@/sync'
import { IconButton } from '@/ui/IconButton'
import type { Settle } from './Card'
import { useCommandWords } from './useCommandWords'

type WaitingRowProps = { waiting: Waiting; settle: Settle }

/** Something that was done here and that the server has not confirmed. */
export function WaitingRow({ waiting, settle }: WaitingRowProps) {
  const t = useTranslations('offline')
  const sync = useSync()
  const words = useCommandWords()(waiting.command)
  const undoes = waiting.command.command === 'undo'
  return (
    <li
      data-card
      tabIndex={-1}
      className="flex min-h-9 items-center gap-2 rounded-md border border-line px-3 outline-none focus-visible:border-focus touch:min-h-12"
    >
      <span dir="auto" className="line-clamp-2 min-w-0 grow py-1.5 text-xs wrap-anywhere">
        {words}
      </span>
      {!undoes && (
        <IconButton
          label={t('take_back', { what: words })}
          icon={<Undo2 size={15} aria-hidden className="rtl:-scale-x-100" />}
          onClick={() => settle(() => void sync.undo({ entry: waiting.entry }))}
        />
      )}
    </li>
  )
}
