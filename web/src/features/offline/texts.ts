import type { Command } from '@/sync'

/** What somebody wrote in a command, the longest things last: nothing of it may be lost. */
export function textsOf(command: Command): string[] {
  const written = (...texts: (string | null | undefined)[]) =>
    texts.filter((text) => typeof text === 'string').filter((text) => text.trim() !== '')
  switch (command.command) {
    case 'create_task':
    case 'update_task':
      return written(command.title, command.description)
    case 'quick_add':
      return written(command.text)
    case 'add_comment':
    case 'edit_comment':
      return written(command.body)
    case 'create_list':
    case 'update_list':
      return written(command.name)
    case 'save_filter':
      return written(command.name, command.query)
    case 'bulk':
      return command.commands.flatMap(textsOf)
    case 'move_task':
    case 'complete_task':
    case 'reopen_task':
    case 'delete_task':
    case 'restore_task':
    case 'delete_comment':
    case 'move_list':
    case 'archive_list':
    case 'unarchive_list':
    case 'delete_list':
    case 'restore_list':
    case 'remove_filter':
    case 'undo':
    case 'redo':
      return []
  }
}
