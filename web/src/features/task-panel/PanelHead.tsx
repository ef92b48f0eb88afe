import { Ellipsis, Link2, Trash2, X } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { IconButton } from '@/ui/IconButton'
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu'
import { toast } from '@/ui/Toast'
import { OnTask } from '../presence/OnTask'
import { useTaskActions } from '../tasks/useTaskActions'
import { Path } from './Path'
import { useRights } from './useRights'

type PanelHeadProps = { task: Task | undefined; onClose: () => void }

/** Where the task is, and what can be done with it as a whole. */
export function PanelHead({ task, onClose }: PanelHeadProps) {
  const t = useTranslations('panel')
  return (
    <div className="flex h-12 shrink-0 items-center gap-1 ps-5 pe-3 touch:h-14">
      <div className="min-w-0 grow">{task !== undefined && <Path task={task} />}</div>
      {task !== undefined && <OnTask task={task} />}
      {task !== undefined && <TaskMenu task={task} onClose={onClose} />}
      <IconButton
        label={t('close')}
        keys="Esc"
        icon={<X size={16} aria-hidden />}
        onClick={onClose}
      />
    </div>
  )
}

function TaskMenu({ task, onClose }: { task: Task; onClose: () => void }) {
  const rights = useRights(task)
  const t = useTranslations('panel')
  const { remove } = useTaskActions()
  const copy = () => {
    const address = `${window.location.origin}/inbox?task=${task.task_id}`
    navigator.clipboard.writeText(address).then(
      () => toast({ title: t('link_copied') }),
      () => toast({ title: t('link_not_copied'), detail: address, urgent: true }),
    )
  }
  return (
    <Menu
      align="end"
      trigger={<IconButton label={t('more')} icon={<Ellipsis size={16} aria-hidden />} />}
    >
      <MenuItem icon={<Link2 size={14} aria-hidden />} onSelect={copy}>
        {t('copy_link')}
      </MenuItem>
      {rights.edit && (
        <>
          <MenuSeparator />
          <MenuItem
            danger
            icon={<Trash2 size={14} aria-hidden />}
            onSelect={() => {
              onClose()
              remove(task)
            }}
          >
            {t('delete')}
          </MenuItem>
        </>
      )}
    </Menu>
  )
}
