import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { useSync, type Command } from '@/sync'

/** What a command does, in words. */
export function useCommandWords(): (command: Command) => string {
  const t = useTranslations('offline')
  const sync = useSync()
  return useCallback(
    (command: Command): string => {
      const titleOf = (id: string) => sync.view().task(id)?.title ?? t('a_task')
      const nameOf = (id: string) => sync.view().list(id)?.name ?? t('a_list')
      switch (command.command) {
        case 'create_task':
          return t('commands.create_task', { title: command.title ?? '' })
        case 'quick_add':
          return t('commands.create_task', { title: command.text })
        case 'update_task':
        case 'move_task':
        case 'complete_task':
        case 'reopen_task':
        case 'delete_task':
        case 'restore_task':
        case 'add_comment':
        case 'edit_comment':
        case 'delete_comment':
          return t(`commands.${command.command}`, { title: titleOf(command.task_id) })
        case 'create_list':
          return t('commands.create_list', { name: command.name ?? '' })
        case 'update_list':
        case 'move_list':
        case 'archive_list':
        case 'unarchive_list':
        case 'delete_list':
        case 'restore_list':
          return t(`commands.${command.command}`, { name: nameOf(command.list_id) })
        case 'save_filter':
          return t('commands.save_filter', { name: command.name ?? '' })
        case 'remove_filter':
        case 'undo':
        case 'redo':
          return t(`commands.${command.command}`)
        case 'bulk':
          return t('commands.bulk', { count: command.commands.length })
      }
    },
    [sync, t],
  )
}
