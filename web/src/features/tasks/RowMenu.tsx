'use client'

import { Menu, MenuItem } from '@/ui/Menu'
import { Keys } from '../commands/Keys'
import { isAvailable, keysOf } from '../commands/registry'
import { useRegistered } from '../commands/useCommands'
import { MoreButton } from './RowMore'

/** All that can be done with the task in whose row it is. */
export function RowMenu({ label, tabIndex }: { label: string; tabIndex: number }) {
  return (
    <Menu defaultOpen align="end" trigger={<MoreButton label={label} tabIndex={tabIndex} />}>
      <Items />
    </Menu>
  )
}

function Items() {
  const commands = useRegistered().filter(
    (command) => command.group === 'task' && command.keysOnly !== true && isAvailable(command),
  )
  return commands.map((command) => {
    const [keys] = keysOf(command)
    return (
      <MenuItem
        key={command.id}
        end={keys !== undefined && <Keys keys={keys} />}
        onSelect={command.run}
      >
        {command.label}
      </MenuItem>
    )
  })
}
