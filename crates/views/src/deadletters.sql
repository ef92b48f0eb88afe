-- Events that were not applied: those that cannot be (with an error), and those behind them in the
-- same workspace (without). Their payload is in the log.
CREATE TABLE dead_letters (
    partition INTEGER NOT NULL,
    number BIGINT NOT NULL,
    workspace_id BLOB NOT NULL,
    stream_id BLOB NOT NULL,
    version BIGINT NOT NULL,
    event_id BLOB NOT NULL,
    event_type TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    recorded_at BIGINT NOT NULL,
    error TEXT,
    attempts INTEGER NOT NULL,
    -- Given up by an operator: stays, so that a rebuild leaves it out as well.
    dropped INTEGER NOT NULL,
    PRIMARY KEY (partition, number)
) WITHOUT ROWID;

CREATE INDEX dead_letters_by_workspace ON dead_letters (workspace_id, partition, number);

CREATE TABLE parked (
    workspace_id BLOB NOT NULL PRIMARY KEY
) WITHOUT ROWID;
