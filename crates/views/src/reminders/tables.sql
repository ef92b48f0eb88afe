-- A row for each reminder of each task. 'next_at' is there while it waits for its moment: an instant, or when
-- 'minutes' is there as well, what would be the instant in UTC, and so many minutes before the clock on the wall
-- of 'person_id' shows what the task's due says.
CREATE TABLE reminders (
    task_id BLOB NOT NULL,
    reminder_id BLOB NOT NULL,
    workspace_id BLOB NOT NULL,
    person_id BLOB,
    next_at BIGINT,
    minutes BIGINT,
    since BIGINT NOT NULL,
    fired INTEGER NOT NULL,
    fired_for BIGINT,
    fired_at BIGINT,
    PRIMARY KEY (task_id, reminder_id)
) WITHOUT ROWID;
