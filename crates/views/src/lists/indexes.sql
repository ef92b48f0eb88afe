CREATE INDEX lists_by_rank ON lists (workspace_id, rank, list_id);
