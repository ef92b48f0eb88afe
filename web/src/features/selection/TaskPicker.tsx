import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { Picker, type Option } from '@/ui/Picker'
import { useAbout } from './useAbout'

/** What is asked of a window about tasks. */
export type AskProps = { open: boolean; tasks: readonly Task[]; onClose: () => void }

type TaskPickerProps = AskProps & {
  title: string
  placeholder: string
  query: string
  onQuery: (query: string) => void
  options: readonly Option[]
  empty?: string
  multiple?: boolean
}

/** Choosing something for tasks. */
export function TaskPicker({ tasks, onClose, onQuery, ...rest }: TaskPickerProps) {
  const t = useTranslations('selection')
  return (
    <Picker
      empty={t('nothing')}
      {...rest}
      onQuery={onQuery}
      onOpenChange={() => {
        onQuery('')
        onClose()
      }}
      about={useAbout(tasks)}
      count={(count) => t('found', { count })}
    />
  )
}
