'use client'

import { List, SquareKanban } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { IconButton } from '@/ui/IconButton'
import { useCommands } from '../commands'
import type { Field } from './columns'
import { useBoardField } from './views'

type ViewButtonProps = {
  /** The page whose view it is, such as `list/ID`. */
  page: string
  /** What a board is made of at first. */
  usual: Field
}

/** Shows the tasks of a page as a board, or as a list again. */
export function ViewButton({ page, usual }: ViewButtonProps) {
  const t = useTranslations('board')
  const [by, setBy] = useBoardField(page)
  const label = by === null ? t('as_board') : t('as_list')
  const run = () => setBy(by === null ? usual : null)
  useCommands([{ id: 'view.board', group: 'view', label, keys: 'v', run }])
  const Icon = by === null ? SquareKanban : List
  return <IconButton label={label} keys="V" icon={<Icon size={16} aria-hidden />} onClick={run} />
}
