'use client'

import { MenuItem } from '@/ui/Menu'
import { Keys } from './Keys'
import { isAvailable, keysOf, type Group } from './registry'
import { useRegistered } from './useCommands'

/** The commands of a group that are available now, as the items of a menu. */
export function CommandItems({ group }: { group: Group }) {
  const commands = useRegistered().filter(
    (command) => command.group === group && command.keysOnly !== true && isAvailable(command),
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
