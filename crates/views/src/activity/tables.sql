CREATE TABLE activity (
    -- Place in the log, partition and number in one.
    number INTEGER NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL,
    stream_id BLOB NOT NULL,
    version BIGINT NOT NULL,
    task_id BLOB,
    -- The list itself, or the one that the task was in afterwards.
    list_id BLOB,
    -- The list that a task left.
    left_list_id BLOB,
    event_id BLOB NOT NULL,
    event_type TEXT NOT NULL,
    -- 0 system, 1 user, 2 agent.
    actor_kind INTEGER NOT NULL,
    actor_id BLOB,
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    change_id BLOB NOT NULL,
    undoes BLOB,
    -- JSON: [{"field", "from", "to"}].
    changes TEXT NOT NULL
);
