import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { Task } from '@/api/types'
import { useSync, type TaskPatch } from '@/sync'
import { useAct } from '../tasks/useAct'

export type FieldName =
  | 'title'
  | 'description'
  | 'priority'
  | 'tags'
  | 'list'
  | 'due'
  | 'start'
  | 'reminders'
  | 'recurrence'
  | 'assignee'
  | 'blocked_by'

/** What the panel does to its task: each is one change with one undo. */
export function usePanelActions(task: Task) {
  const t = useTranslations('panel')
  const sync = useSync()
  const act = useAct()
  const id = task.task_id
  return useMemo(() => {
    const changed = (field: FieldName) => t('changed', { field: t(`fields.${field}`) })
    return {
      update: (patch: TaskPatch, field: FieldName) =>
        act(sync.updateTask(id, patch), changed(field)),
      moveTo: (list_id: string | null) => act(sync.move(id, { list_id }), changed('list')),
      addSubtask: (title: string) =>
        act(
          sync.createTask({ title, parent_id: id }, task.workspace_id),
          t('subtask_added', { title }),
        ),
      addComment: (body: string) => act(sync.addComment(id, body), t('comments.added')),
      editComment: (comment: string, body: string) =>
        act(sync.editComment(id, comment, body), t('comments.changed')),
      removeComment: (comment: string) =>
        act(sync.removeComment(id, comment), t('comments.removed')),
    }
  }, [act, sync, t, id, task.workspace_id])
}
