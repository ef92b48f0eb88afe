import type { components } from '@/api/schema'
import type { ChangeId, Key, TaskId } from './rows'
import { listKey, taskKey } from './rows'

type Schemas = components['schemas']
type Of<Name extends Schemas['BulkCommand']['command']> = Extract<
  Schemas['BulkCommand'],
  { command: Name }
>

/** Changes of fields of a task: an absent field is not touched, null sets to nothing. */
export type TaskPatch = Schemas['UpdateTask']
export type ListPatch = Schemas['UpdateList']

/** What can also be one of several in a bulk. */
export type Single = Of<
  | 'create_task'
  | 'update_task'
  | 'move_task'
  | 'complete_task'
  | 'reopen_task'
  | 'delete_task'
  | 'restore_task'
  | 'add_comment'
  | 'edit_comment'
  | 'delete_comment'
  | 'create_list'
  | 'update_list'
  | 'move_list'
  | 'archive_list'
  | 'unarchive_list'
  | 'delete_list'
  | 'restore_list'
  | 'save_filter'
  | 'remove_filter'
>

/** What an entry of the outbox asks the server for. */
export type Command =
  | Single
  | { command: 'bulk'; commands: Single[] }
  /** `of` names an entry whose change is not known yet; without both it is the last change of the caller. */
  | { command: 'undo'; change_id?: ChangeId; of?: string }
  | { command: 'redo'; change_id?: ChangeId }
  /** The line of text that a task is made of, once the server has said what it means. */
  | { command: 'quick_add'; text: string; task_id: TaskId }

/** The rows that a command is about; none where it names none. */
export function subjects(command: Command): Key[] {
  switch (command.command) {
    case 'create_task':
      return command.task_id ? [taskKey(command.task_id)] : []
    case 'quick_add':
    case 'update_task':
    case 'move_task':
    case 'complete_task':
    case 'reopen_task':
    case 'delete_task':
    case 'restore_task':
      return [taskKey(command.task_id)]
    case 'add_comment':
    case 'edit_comment':
    case 'delete_comment':
      return [taskKey(command.task_id), `comments/${command.task_id}`]
    case 'create_list':
      return command.list_id ? [listKey(command.list_id)] : []
    case 'update_list':
    case 'move_list':
    case 'archive_list':
    case 'unarchive_list':
    case 'delete_list':
    case 'restore_list':
      return [listKey(command.list_id)]
    case 'save_filter':
    case 'remove_filter':
      return command.filter_id ? [`filter/${command.filter_id}`] : []
    case 'bulk':
      return [...new Set(command.commands.flatMap(subjects))]
    case 'undo':
    case 'redo':
      return []
  }
}

/** The single commands that a command consists of. */
export const singles = (command: Command): Single[] =>
  command.command === 'bulk'
    ? command.commands
    : command.command === 'undo' || command.command === 'redo' || command.command === 'quick_add'
      ? []
      : [command]
