import { useLocale, useTranslations } from 'use-intl'
import { directionOf } from '@/i18n/locales'
import { useCommands } from '../commands'
import { takes, type Column } from './columns'
import { usePut } from './usePut'

/** The part of the page that the keys of a board are for. */
export const BOARD = 'board'

const within = () => document.getElementById(BOARD)

const columnAt = (element: Element | null) =>
  element?.closest<HTMLElement>('[data-column]') ?? undefined

const cardsIn = (column: Element | undefined) => [
  ...(column?.querySelectorAll<HTMLElement>('[data-task] a') ?? []),
]

function focusTask(id: string): void {
  // It is drawn where it went after the next frame.
  requestAnimationFrame(() => {
    within()
      ?.querySelector<HTMLElement>(`[data-task="${CSS.escape(id)}"] a`)
      ?.focus()
  })
}

/** Arrows go from card to card; with Alt the card goes along to another column. */
export function useBoardKeys(columns: readonly Column[]): void {
  const t = useTranslations('board')
  const put = usePut()
  const forward = directionOf(useLocale()) === 'rtl' ? -1 : 1

  const step = (across: number, along: number) => {
    const [from, active] = [columnAt(document.activeElement), document.activeElement]
    const at = cardsIn(from).findIndex((card) => card === active)
    if (across === 0) {
      const next = cardsIn(from)[at + along]
      next?.focus()
      next?.scrollIntoView({ block: 'nearest' })
      return
    }
    const all = [...(within()?.querySelectorAll('[data-column]') ?? [])]
    const rest = all.slice(from === undefined ? 0 : all.indexOf(from))
    const before = all.slice(0, from === undefined ? 0 : all.indexOf(from)).reverse()
    const next = (across > 0 ? rest.slice(1) : before).find((each) => cardsIn(each).length > 0)
    const cards = cardsIn(next)
    const card = cards[Math.min(Math.max(at, 0), cards.length - 1)]
    card?.focus()
    card?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  const move = (across: number) => {
    const from = columnAt(document.activeElement)
    const id = document.activeElement?.closest<HTMLElement>('[data-task]')?.dataset['task']
    const at = columns.findIndex(({ key }) => key === from?.dataset['column'])
    const ahead = across > 0 ? columns.slice(at + 1) : columns.slice(0, at).toReversed()
    const to = ahead.find(({ value }) => takes(value))
    const task = columns[at]?.tasks.find((each) => each.task_id === id)
    const here = columns[at]
    if (task === undefined || to === undefined || here === undefined) return
    put(task, here.value, to.value)
    focusTask(task.task_id)
  }
  const shared = { group: 'view', within, keysOnly: true, repeats: true } as const
  useCommands([
    {
      ...shared,
      id: 'board.down',
      keys: ['arrowdown', 'j'],
      label: t('down'),
      run: () => step(0, 1),
    },
    { ...shared, id: 'board.up', keys: ['arrowup', 'k'], label: t('up'), run: () => step(0, -1) },
    {
      ...shared,
      id: 'board.right',
      keys: ['arrowright', 'l'],
      label: t('right'),
      run: () => step(forward, 0),
    },
    {
      ...shared,
      id: 'board.left',
      keys: ['arrowleft', 'h'],
      label: t('left'),
      run: () => step(-forward, 0),
    },
    {
      ...shared,
      id: 'board.move_right',
      keys: 'alt+arrowright',
      label: t('move_right'),
      run: () => move(forward),
    },
    {
      ...shared,
      id: 'board.move_left',
      keys: 'alt+arrowleft',
      label: t('move_left'),
      run: () => move(-forward),
    },
  ])
}
