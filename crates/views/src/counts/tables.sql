-- Kept in step with the tasks, trash aside, so that counting reads no task. The inbox is the empty id.
CREATE TABLE list_counts (
    workspace_id BLOB NOT NULL,
    list_id BLOB NOT NULL,
    open BIGINT NOT NULL,
    done BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, list_id)
) WITHOUT ROWID;

CREATE TABLE tag_counts (
    workspace_id BLOB NOT NULL,
    tag TEXT NOT NULL,
    open BIGINT NOT NULL,
    done BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, tag)
) WITHOUT ROWID;
