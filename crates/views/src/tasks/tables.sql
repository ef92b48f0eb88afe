-- Instants are milliseconds since 1970 in UTC; ids are 16 bytes.
CREATE TABLE tasks (
    -- Place of its task.created in the log, partition and number in one: stable across rebuilds.
    number INTEGER NOT NULL PRIMARY KEY,
    -- What indexes hold stands in front, so that they are kept without reading the long texts behind it.
    task_id BLOB NOT NULL,
    workspace_id BLOB NOT NULL,
    -- 0 or 1: whether completed_at is set, in front of what lists are sorted by.
    done INTEGER NOT NULL,
    deleted_at BIGINT,
    completed_at BIGINT,
    updated_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    -- For sorting: a whole day counts as its last moment in UTC, a time without a zone as one in UTC.
    due_at BIGINT,
    priority INTEGER NOT NULL,
    list_id BLOB,
    parent_id BLOB,
    rank TEXT NOT NULL,
    start_date TEXT,
    title TEXT NOT NULL,
    version BIGINT NOT NULL,
    due_date TEXT,
    due_time TEXT,
    due_zone TEXT,
    assignee_id BLOB,
    created_by BLOB,
    previous_id BLOB,
    origin_source TEXT,
    origin_id TEXT,
    comment_count INTEGER NOT NULL,
    tags TEXT NOT NULL,
    blocked_by TEXT NOT NULL,
    recurrence TEXT,
    reminders TEXT NOT NULL,
    description TEXT NOT NULL
);

-- Projections look tasks up by id from the first event on, so this one is there from the start.
CREATE UNIQUE INDEX tasks_by_id ON tasks (task_id);

CREATE TABLE task_tags (
    workspace_id BLOB NOT NULL,
    task_id BLOB NOT NULL,
    tag TEXT NOT NULL,
    tag_folded TEXT NOT NULL,
    PRIMARY KEY (task_id, tag)
) WITHOUT ROWID;

CREATE TABLE task_blockers (
    workspace_id BLOB NOT NULL,
    task_id BLOB NOT NULL,
    blocker_id BLOB NOT NULL,
    PRIMARY KEY (task_id, blocker_id)
) WITHOUT ROWID;

CREATE TABLE comments (
    comment_id BLOB NOT NULL,
    workspace_id BLOB NOT NULL,
    task_id BLOB NOT NULL,
    author_id BLOB,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    PRIMARY KEY (task_id, comment_id)
) WITHOUT ROWID;
