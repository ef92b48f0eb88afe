import { useEffect, useState, useSyncExternalStore } from 'react'
import { registry, type Command } from './registry'

/**
 * Offers commands as long as the component is there, with the keys and words that they have at the last render:
 *
 * ```tsx
 * useCommands([{ id: 'go.today', group: 'go', label: t('today'), keys: 'g t', run: () => router.push('/today') }])
 * ```
 *
 * There are no other listeners for keys than the one of the commands, but within a widget that has the focus.
 */
export function useCommands(commands: readonly Command[]): void {
  const [source] = useState(() => ({}))
  useEffect(() => registry.put(source, commands))
  useEffect(() => () => registry.drop(source), [source])
}

/** The commands that are offered now, to be shown. */
export function useRegistered(): readonly Command[] {
  return useSyncExternalStore(registry.subscribe, registry.all, registry.all)
}
