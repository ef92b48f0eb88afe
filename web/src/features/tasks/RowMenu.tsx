'use client'

import { Menu } from '@/ui/Menu'
import { CommandItems } from '../commands/CommandItems'
import { MoreButton } from './RowMore'

/** All that can be done with the task in whose row it is. */
export function RowMenu({ label, tabIndex }: { label: string; tabIndex: number }) {
  return (
    <Menu defaultOpen align="end" trigger={<MoreButton label={label} tabIndex={tabIndex} />}>
      <CommandItems group="task" />
    </Menu>
  )
}
