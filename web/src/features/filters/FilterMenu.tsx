'use client'

import { Copy, Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { IconButton } from '@/ui/IconButton'
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu'

type FilterMenuProps = { onRename: () => void; onCopy: () => void; onRemove: () => void }

/** What can be done with a saved filter. */
export function FilterMenu({ onRename, onCopy, onRemove }: FilterMenuProps) {
  const t = useTranslations('filters')
  return (
    <Menu
      align="end"
      trigger={<IconButton label={t('menu')} icon={<Ellipsis size={16} aria-hidden />} />}
    >
      <MenuItem icon={<Pencil size={14} aria-hidden />} onSelect={onRename}>
        {t('rename')}
      </MenuItem>
      <MenuItem icon={<Copy size={14} aria-hidden />} onSelect={onCopy}>
        {t('copy')}
      </MenuItem>
      <MenuSeparator />
      <MenuItem danger icon={<Trash2 size={14} aria-hidden />} onSelect={onRemove}>
        {t('remove')}
      </MenuItem>
    </Menu>
  )
}
