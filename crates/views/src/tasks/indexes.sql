-- One for each order in which lists are shown, either way: open tasks apart from the many that are done,
-- trash left out. Behind the last column stands the number, which decides between equals.
CREATE INDEX tasks_by_list ON tasks (workspace_id, done, list_id, rank) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_rank ON tasks (workspace_id, done, rank) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_due ON tasks (workspace_id, done, due_at) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_start ON tasks (workspace_id, done, start_date) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_priority ON tasks (workspace_id, done, priority) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_title ON tasks (workspace_id, done, title) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_created ON tasks (workspace_id, done, created_at) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_updated ON tasks (workspace_id, done, updated_at) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_completed ON tasks (workspace_id, done, completed_at) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_parent ON tasks (parent_id, workspace_id) WHERE parent_id IS NOT NULL;
CREATE INDEX tasks_by_deleted ON tasks (workspace_id, deleted_at, task_id)
    WHERE deleted_at IS NOT NULL;
