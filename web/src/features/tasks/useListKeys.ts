import type { RefObject } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { directionOf } from '@/i18n/locales'
import { useSync } from '@/sync'
import { useCommands } from '../commands'
import { selection } from '../selection/selection'
import { placeAfter, type Step } from './arrange'
import type { Row } from './rows'
import { useArrange } from './useArrange'

type ListKeys = {
  listRef: RefObject<HTMLElement | null>
  rows: readonly Row[]
  /** The tasks from top to bottom. */
  order: readonly string[]
  /** Where the keyboard is. */
  current: string | undefined
  focus: (id: string | undefined) => void
  /** Whether the tasks have an order of their own. */
  ordered: boolean
}

/** The list has the keys unless the focus is in something beside the page, such as the panel of a task. */
function isOnPage(): boolean {
  const { activeElement } = document
  return activeElement === document.body || activeElement?.closest('#page-scroller') !== null
}

/** Going through a list, choosing and moving tasks by keys. */
export function useListKeys({ listRef, rows, order, current, focus, ordered }: ListKeys): void {
  const t = useTranslations('selection.keys')
  const sync = useSync()
  const arrange = useArrange()
  const hasFocus = () => listRef.current?.contains(document.activeElement) === true
  const at = current === undefined ? -1 : order.indexOf(current)

  /** Goes on from the task with the focus; without one, it comes to where the keyboard was. */
  const step = (by: 1 | -1) => (hasFocus() ? order[at + by] : order[Math.max(at, 0)])
  const extend = (by: 1 | -1) => {
    const to = order[Math.max(0, Math.min(order.length - 1, at + by))]
    if (current === undefined || to === undefined) return
    selection.extend(order, to, current)
    focus(to)
  }
  const task = (): Task | undefined =>
    hasFocus() && current !== undefined ? sync.view().task(current) : undefined
  const move = (to: Step) => {
    const one = task()
    const place = one && placeAfter(rows, one, to)
    if (one !== undefined && place !== undefined) arrange([one], place)
  }

  const listed = { group: 'moving', available: isOnPage, keysOnly: true } as const
  const chosen = { group: 'selection', available: () => isOnPage() && hasFocus() } as const
  const arranged = {
    group: 'moving',
    repeats: true,
    available: () => ordered && task() !== undefined,
  } as const
  const rtl = directionOf(useLocale()) === 'rtl'

  useCommands([
    {
      ...chosen,
      id: 'selection.down',
      label: t('extend_down'),
      keys: ['shift+j', 'shift+arrowdown'],
      repeats: true,
      keysOnly: true,
      run: () => extend(1),
    },
    {
      ...chosen,
      id: 'selection.up',
      label: t('extend_up'),
      keys: ['shift+k', 'shift+arrowup'],
      repeats: true,
      keysOnly: true,
      run: () => extend(-1),
    },
    {
      id: 'selection.all',
      group: 'selection',
      label: t('all'),
      keys: 'mod+a',
      available: isOnPage,
      run: () => selection.all(order),
    },
    {
      id: 'selection.clear',
      group: 'selection',
      label: t('none'),
      keys: 'escape',
      available: () => selection.chosen.size > 0,
      run: () => selection.clear(),
    },
    {
      ...listed,
      id: 'list.next',
      label: t('next'),
      keys: ['j', 'arrowdown'],
      repeats: true,
      run: () => focus(step(1)),
    },
    {
      ...listed,
      id: 'list.previous',
      label: t('previous'),
      keys: ['k', 'arrowup'],
      repeats: true,
      run: () => focus(step(-1)),
    },
    {
      ...listed,
      id: 'list.first',
      label: t('first'),
      keys: ['g g', 'home'],
      run: () => focus(order[0]),
    },
    {
      ...listed,
      id: 'list.last',
      label: t('last'),
      keys: ['shift+g', 'end'],
      run: () => focus(order.at(-1)),
    },
    { ...arranged, id: 'list.up', label: t('up'), keys: 'alt+arrowup', run: () => move('up') },
    {
      ...arranged,
      id: 'list.down',
      label: t('down'),
      keys: 'alt+arrowdown',
      run: () => move('down'),
    },
    {
      ...arranged,
      id: 'list.indent',
      label: t('in'),
      keys: rtl ? 'alt+arrowleft' : 'alt+arrowright',
      run: () => move('in'),
    },
    {
      ...arranged,
      id: 'list.outdent',
      label: t('out'),
      keys: rtl ? 'alt+arrowright' : 'alt+arrowleft',
      run: () => move('out'),
    },
  ])
}
