import { UserRound } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useMembers } from '@/sync'
import { Avatar } from '@/ui/Avatar'
import { Combobox } from '@/ui/Combobox'
import { Chip } from './Chip'
import { usePanelActions } from './usePanelActions'

const NOBODY = 'nobody'

/** Who is to do it. */
export function AssigneeField({ task }: { task: Task }) {
  const t = useTranslations('panel')
  const members = useMembers(task.workspace_id)
  const { update } = usePanelActions(task)
  const nameOf = (member: (typeof members)[number]) => member.display_name ?? member.email ?? ''
  const assignee = members.find((member) => member.user_id === task.assignee_id)
  return (
    <Combobox
      label={t('fields.assignee')}
      placeholder={t('find_person')}
      empty={t('nothing_found')}
      value={task.assignee_id ?? NOBODY}
      options={[
        { value: NOBODY, label: t('nobody'), icon: <UserRound size={14} aria-hidden /> },
        ...members.map((member) => ({
          value: member.user_id,
          label: nameOf(member),
          detail: member.email ?? undefined,
          icon: <Avatar name={nameOf(member)} decorative />,
        })),
      ]}
      onChange={(value) => update({ assignee_id: value === NOBODY ? null : value }, 'assignee')}
      trigger={
        <Chip
          data-field="assignee"
          icon={<UserRound size={14} />}
          label={t('fields.assignee')}
          value={task.assignee_id ? (assignee ? nameOf(assignee) : t('former_member')) : undefined}
        />
      }
    />
  )
}
