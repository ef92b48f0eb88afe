CREATE TABLE tokens (
    hash         bytea PRIMARY KEY,
    user_id      uuid NOT NULL,
    workspace_id uuid NOT NULL
);

CREATE TABLE tasks (
    task_id      uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    created_by   uuid NOT NULL,
    created_at   timestamptz NOT NULL,
    version      integer NOT NULL,
    title        text NOT NULL,
    description  text NOT NULL,
    priority     text NOT NULL,
    tags         text[] NOT NULL
);
CREATE INDEX tasks_by_workspace ON tasks (workspace_id, created_at);

CREATE TABLE events (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id     uuid NOT NULL UNIQUE,
    workspace_id uuid NOT NULL,
    stream_id    uuid NOT NULL,
    version      integer NOT NULL,
    type         text NOT NULL,
    recorded_at  timestamptz NOT NULL,
    payload      bytea NOT NULL,
    UNIQUE (stream_id, version)
);

CREATE TABLE idempotency (
    key         bytea PRIMARY KEY,
    fingerprint bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    reply       bytea NOT NULL
);

-- What the outbox variant has still to publish.
CREATE TABLE outbox (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id uuid NOT NULL,
    value        bytea NOT NULL
);
