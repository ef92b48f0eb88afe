-- The log. `place` is the position as one integer: partition * 2^40 + number. Rows are only ever added.
CREATE TABLE events (
    place          INTEGER PRIMARY KEY,
    event_id       BLOB    NOT NULL,
    workspace_id   BLOB    NOT NULL,
    stream_id      BLOB    NOT NULL,
    version        INTEGER NOT NULL,
    type           TEXT    NOT NULL,
    schema_version INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL,
    actor          BLOB    NOT NULL,
    change_id      BLOB    NOT NULL,
    undoes         BLOB,
    correlation_id BLOB    NOT NULL,
    causation_id   BLOB,
    key_id         BLOB,
    payload        BLOB    NOT NULL,
    hash           BLOB    NOT NULL
) STRICT;
-- Also the table of stream heads: the greatest version of a stream is one seek away.
CREATE UNIQUE INDEX events_by_stream ON events (stream_id, version);
CREATE INDEX events_by_workspace ON events (workspace_id);
CREATE INDEX events_by_change ON events (change_id);

-- The last row of each partition: what the next one continues.
CREATE TABLE partitions (
    partition   INTEGER PRIMARY KEY,
    head        INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    hash        BLOB    NOT NULL
) STRICT;

CREATE TABLE idempotency (
    key         BLOB    PRIMARY KEY,
    fingerprint BLOB    NOT NULL,
    change_id   BLOB    NOT NULL,
    first       INTEGER NOT NULL,
    last        INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    reply       BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE claims (
    key       BLOB PRIMARY KEY,
    stream_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Folded state that saves reading from the beginning; can be deleted at any time.
CREATE TABLE snapshots (
    key   BLOB    NOT NULL,
    place INTEGER NOT NULL,
    bytes BLOB    NOT NULL,
    PRIMARY KEY (key, place)
) STRICT;

-- How far consumers are whose effect is elsewhere.
CREATE TABLE watermarks (
    consumer TEXT    NOT NULL,
    partition INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    PRIMARY KEY (consumer, partition)
) STRICT, WITHOUT ROWID;

-- Counts the times that a failed commit was ruled out by a later one.
CREATE TABLE fence (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    count INTEGER NOT NULL
) STRICT;
INSERT INTO fence (id, count) VALUES (1, 0);
