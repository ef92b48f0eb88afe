CREATE INDEX activity_of_workspace ON activity (workspace_id, number);
CREATE INDEX activity_of_task ON activity (task_id, number) WHERE task_id IS NOT NULL;
CREATE INDEX activity_of_list ON activity (list_id, number) WHERE list_id IS NOT NULL;
CREATE INDEX activity_of_left_list ON activity (left_list_id, number) WHERE left_list_id IS NOT NULL;
