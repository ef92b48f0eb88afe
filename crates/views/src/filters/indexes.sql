CREATE INDEX saved_filters_by_name ON saved_filters (workspace_id, name, filter_id);
