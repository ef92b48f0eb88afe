import { History, Trash2 } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { NavEntry } from './NavEntry'

/** Where what happened can be seen, and had back. */
export function PastPlaces({ onFollow }: { onFollow?: () => void }) {
  const t = useTranslations('shell')
  return (
    <ul className="mt-4">
      <NavEntry href="/activity" icon={<History size={16} aria-hidden />} onFollow={onFollow}>
        {t('activity')}
      </NavEntry>
      <NavEntry href="/trash" icon={<Trash2 size={16} aria-hidden />} onFollow={onFollow}>
        {t('trash')}
      </NavEntry>
    </ul>
  )
}
