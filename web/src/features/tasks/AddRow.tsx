import { Plus } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Kbd } from '@/ui/Kbd'
import { useQuickAdd } from '../quick-add/context'

/** The line above a list that opens quick add. */
export function AddRow() {
  const t = useTranslations('quick_add')
  const { open } = useQuickAdd()
  return (
    <button
      type="button"
      onClick={open}
      className="group flex h-9 w-full items-center gap-1 rounded-md ps-1 pe-2 text-faint hover:bg-hover hover:text-ink max-sm:hidden touch:h-12"
    >
      <span className="flex size-7 items-center justify-center touch:size-11">
        <Plus size={16} aria-hidden className="text-accent-ink" />
      </span>
      <span className="grow text-start">{t('add')}</span>
      <Kbd>Q</Kbd>
    </button>
  )
}
