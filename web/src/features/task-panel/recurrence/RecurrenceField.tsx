import { Repeat } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { Popover } from '@/ui/Popover'
import { Chip } from '../Chip'
import { usePanelActions } from '../usePanelActions'
import { useToday } from '../useToday'
import { RecurrenceEditor } from './RecurrenceEditor'
import { useRuleWords } from './useRuleWords'

/** How a task repeats. */
export function RecurrenceField({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const words = useRuleWords()
  const today = useToday()
  const [open, setOpen] = useState(false)
  const { update } = usePanelActions(task)
  const { recurrence } = task
  return (
    <Popover
      label={t('fields.recurrence')}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Chip
          data-field="recurrence"
          icon={<Repeat size={14} />}
          label={t('fields.recurrence')}
          value={recurrence ? words.recurrence(recurrence) : undefined}
        />
      }
    >
      <RecurrenceEditor
        recurrence={recurrence ?? null}
        start={task.due ?? { date: today }}
        onSave={(next) => {
          setOpen(false)
          // A series is counted from a day; without one it begins today.
          const begins = next !== null && !task.due && next.from !== 'completion'
          update({ recurrence: next, ...(begins && { due: { date: today } }) }, 'recurrence')
        }}
      />
    </Popover>
  )
}
