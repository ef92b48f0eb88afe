'use client'

import { Ellipsis } from 'lucide-react'
import { IconButton } from '@/ui/IconButton'
import { Menu } from '@/ui/Menu'
import { CommandItems } from '../commands/CommandItems'

export function ListMenu({ label }: { label: string }) {
  return (
    <Menu
      defaultOpen
      align="end"
      trigger={<IconButton label={label} icon={<Ellipsis size={16} aria-hidden />} />}
    >
      <CommandItems group="list" />
    </Menu>
  )
}
