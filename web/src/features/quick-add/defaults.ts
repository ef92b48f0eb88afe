import type { CreateTask } from '@/api/types'
import type { Defaults } from './context'

/** The words come first; what they do not say is as the page has it. */
export function withDefaults(task: CreateTask, defaults: Defaults): CreateTask {
  return {
    ...task,
    list_id: task.list_id ?? defaults.list_id ?? null,
    due: task.due ?? defaults.due ?? null,
    tags: [...new Set([...(task.tags ?? []), ...(defaults.tags ?? [])])],
  }
}
