-- One for each order in which lists are shown, open tasks apart from the many that are done.
CREATE INDEX tasks_open_by_list ON tasks (workspace_id, list_id, rank, task_id)
    WHERE deleted_at IS NULL AND completed_at IS NULL;
CREATE INDEX tasks_open_by_rank ON tasks (workspace_id, rank, task_id)
    WHERE deleted_at IS NULL AND completed_at IS NULL;
CREATE INDEX tasks_open_by_due ON tasks (workspace_id, due_order, task_id)
    WHERE deleted_at IS NULL AND completed_at IS NULL;
CREATE INDEX tasks_open_by_priority ON tasks (workspace_id, priority, task_id)
    WHERE deleted_at IS NULL AND completed_at IS NULL;
CREATE INDEX tasks_by_list ON tasks (workspace_id, list_id, rank, task_id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_rank ON tasks (workspace_id, rank, task_id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_created ON tasks (workspace_id, created_at, task_id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_updated ON tasks (workspace_id, updated_at, task_id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_parent ON tasks (workspace_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX tasks_by_deleted ON tasks (workspace_id, deleted_at, task_id)
    WHERE deleted_at IS NOT NULL;
