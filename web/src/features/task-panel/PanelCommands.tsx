import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useCommands } from '../commands'
import { useTaskActions } from '../tasks/useTaskActions'

type PanelCommandsProps = { task: Task; panel: () => HTMLElement | null }

/** The fields by their keys: the first letter, where nothing else has it. */
const keys = {
  title: 'f2',
  description: 'm',
  due: 'd',
  priority: 'p',
  list: 'l',
  tags: 't',
  recurrence: 'r',
  reminders: 'n',
  assignee: 'a',
  subtask: 's',
  comment: 'c',
} as const
type Field = keyof typeof keys
const fields: readonly Field[] = [
  ...(['title', 'description', 'due', 'priority', 'list', 'tags'] as const),
  ...(['recurrence', 'reminders', 'assignee', 'subtask', 'comment'] as const),
]

/** What the panel can do, by keys while the focus is in it. */
export function PanelCommands({ task, panel }: PanelCommandsProps) {
  const t = useTranslations('panel')
  const { setDone } = useTaskActions()
  const find = (field: Field) => panel()?.querySelector<HTMLElement>(`[data-field="${field}"]`)
  useCommands([
    {
      id: 'panel.complete',
      group: 'task',
      label: task.completed_at ? t('commands.reopen') : t('commands.complete'),
      keys: 'e',
      within: panel,
      run: () => setDone(task, !task.completed_at),
    },
    ...fields.map((field) => ({
      id: `panel.${field}`,
      group: 'task' as const,
      label: t(`commands.${field}`),
      keys: keys[field],
      within: panel,
      available: () => find(field)?.matches(':enabled') === true,
      run: () => {
        const control = find(field)
        control?.focus()
        // A line is written in; everything else opens.
        if (control?.matches('button') === true) control.click()
        if (control instanceof HTMLTextAreaElement)
          control.setSelectionRange(control.value.length, control.value.length)
      },
    })),
  ])
  return null
}
