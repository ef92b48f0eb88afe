CREATE TABLE lists (
    list_id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL,
    name TEXT NOT NULL,
    color TEXT,
    rank TEXT NOT NULL,
    origin_source TEXT,
    origin_id TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    archived_at BIGINT,
    deleted_at BIGINT,
    version BIGINT NOT NULL
) WITHOUT ROWID;
