import { Flag } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Priority, Task } from '@/api/types'
import { Combobox } from '@/ui/Combobox'
import { Chip } from './Chip'
import { usePanelActions } from './usePanelActions'

const priorities: readonly { value: Priority; tone: string; bars: number }[] = [
  { value: 'urgent', tone: 'text-urgent', bars: 4 },
  { value: 'high', tone: 'text-high', bars: 3 },
  { value: 'medium', tone: 'text-medium', bars: 2 },
  { value: 'low', tone: 'text-low', bars: 1 },
  { value: 'none', tone: 'text-faint', bars: 0 },
]

export function PriorityField({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const { update } = usePanelActions(task)
  const now = priorities.find(({ value }) => value === task.priority)
  const set = task.priority !== 'none' && now !== undefined
  return (
    <Combobox
      label={t('fields.priority')}
      placeholder={t('find_priority')}
      empty={t('nothing_found')}
      value={task.priority}
      options={priorities.map(({ value, tone, bars }) => ({
        value,
        label: t(`priorities.${value}`),
        icon: <Bars bars={bars} tone={tone} />,
      }))}
      onChange={(value) => {
        const priority = priorities.find((each) => each.value === value)?.value
        if (priority !== undefined) update({ priority }, 'priority')
      }}
      trigger={
        <Chip
          data-field="priority"
          icon={set ? <Bars bars={now.bars} tone={now.tone} /> : <Flag size={14} />}
          label={t('fields.priority')}
          value={set ? t(`priorities.${task.priority}`) : undefined}
        />
      }
    />
  )
}

/** How urgent, by the number of bars and not by their colour alone. */
function Bars({ bars, tone }: { bars: number; tone: string }) {
  return (
    <svg viewBox="0 0 14 14" className={`size-3.5 ${tone}`} aria-hidden>
      {[0, 1, 2, 3].map((at) => (
        <rect
          key={at}
          x={1 + at * 3.25}
          y={9 - at * 2.25}
          width="2.25"
          height={4 + at * 2.25}
          rx="0.75"
          fill="currentColor"
          opacity={at < bars ? 1 : 0.3}
        />
      ))}
    </svg>
  )
}
