'use client'

import {
  CalendarDays,
  CheckCheck,
  Flag,
  FolderInput,
  Hash,
  Trash2,
  UserRound,
  X,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { IconButton } from '@/ui/IconButton'
import { capsOf, onMac } from '../commands/keys'
import { keysOf, registry } from '../commands/registry'
import { useRegistered } from '../commands/useCommands'
import { selection, useSelection } from './selection'

const actions: readonly (readonly [string, ReactNode])[] = [
  ['task.complete', <CheckCheck key="icon" size={17} aria-hidden />],
  ['task.due', <CalendarDays key="icon" size={17} aria-hidden />],
  ['task.priority', <Flag key="icon" size={17} aria-hidden />],
  ['task.move', <FolderInput key="icon" size={17} aria-hidden />],
  ['task.tags', <Hash key="icon" size={17} aria-hidden />],
  ['task.assignee', <UserRound key="icon" size={17} aria-hidden />],
  ['task.delete', <Trash2 key="icon" size={17} aria-hidden />],
]

/** What can be done with the tasks that are chosen; it is there as long as some are. */
export function BulkBar() {
  const t = useTranslations('selection')
  const { size: count } = useSelection()
  const commands = useRegistered()
  return (
    <>
      {/* It is said when the bar comes and whenever the count changes. */}
      <p role="status" className="sr-only">
        {count > 0 && t('chosen', { count })}
      </p>
      {count > 0 && (
        <div
          role="toolbar"
          aria-label={t('bulk')}
          data-bulk-bar
          className="fixed inset-x-2 bottom-3 z-35 mx-auto flex h-12 w-fit items-center gap-x-1 rounded-lg border border-line bg-raised px-1.5 shadow-raised max-sm:inset-x-0 max-sm:bottom-0 max-sm:h-auto max-sm:w-auto max-sm:flex-wrap max-sm:rounded-none max-sm:border-x-0 max-sm:border-b-0 max-sm:pb-[env(safe-area-inset-bottom)]"
        >
          <span className="grow px-2 text-xs font-medium whitespace-nowrap">
            {t('chosen', { count })}
          </span>
          <div className="flex items-center justify-between max-sm:order-last max-sm:w-full sm:border-x sm:border-line sm:px-1">
            {actions.map(([id, icon]) => {
              const command = commands.find((each) => each.id === id)
              if (command === undefined) return null
              const [keys = ''] = keysOf(command)
              return (
                <IconButton
                  key={id}
                  label={command.label}
                  keys={capsOf(keys, onMac()).flat().join(' ')}
                  icon={icon}
                  onClick={() => registry.run(id)}
                  className="sm:size-8"
                />
              )
            })}
          </div>
          <IconButton
            label={t('keys.none')}
            keys="Esc"
            icon={<X size={16} aria-hidden />}
            onClick={() => selection.clear()}
            className="sm:size-8"
          />
        </div>
      )}
    </>
  )
}
