'use client'

import { Fragment } from 'react'
import { useTranslations } from 'use-intl'
import { Dialog } from '@/ui/Dialog'
import { Keys } from './Keys'
import { groups, keysOf, type Command } from './registry'
import { useRegistered } from './useCommands'

type KeyMapProps = { open: boolean; onOpenChange: (open: boolean) => void }

/** All keys that do something on this page. */
export function KeyMap({ open, onOpenChange }: KeyMapProps) {
  const t = useTranslations('commands')
  const commands = useRegistered().filter((command) => keysOf(command).length > 0)
  return (
    <Dialog wide open={open} onOpenChange={onOpenChange} title={t('keys')} closeLabel={t('close')}>
      <div className="gap-x-10 sm:columns-2">
        {groups.map((group) => {
          const here = commands.filter((command) => command.group === group)
          return (
            here.length > 0 && (
              <section key={group} className="mb-6 break-inside-avoid">
                <h3 className="mb-1.5 text-2xs font-semibold text-faint">{t(`groups.${group}`)}</h3>
                <dl className="divide-y divide-line">
                  {here.map((command) => (
                    <Line key={command.id} command={command} />
                  ))}
                </dl>
              </section>
            )
          )
        })}
      </div>
    </Dialog>
  )
}

function Line({ command }: { command: Command }) {
  const t = useTranslations('commands')
  return (
    <div className="flex min-h-8 items-center gap-3 py-1 text-xs">
      <dt className="grow">{command.label}</dt>
      <dd className="flex items-center gap-1.5">
        {keysOf(command).map((keys, at) => (
          <Fragment key={keys}>
            {at > 0 && <span className="text-2xs text-faint">{t('or')}</span>}
            <Keys keys={keys} />
          </Fragment>
        ))}
      </dd>
    </div>
  )
}
