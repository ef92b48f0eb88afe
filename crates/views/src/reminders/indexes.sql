CREATE INDEX reminders_at ON reminders (next_at, task_id, reminder_id)
    WHERE next_at IS NOT NULL AND minutes IS NULL;
CREATE INDEX reminders_local ON reminders (next_at, task_id, reminder_id)
    WHERE next_at IS NOT NULL AND minutes IS NOT NULL;
CREATE INDEX reminders_of_workspace ON reminders (workspace_id, next_at, task_id, reminder_id);
CREATE INDEX reminders_fired ON reminders (workspace_id, fired_at, task_id, reminder_id)
    WHERE fired_at IS NOT NULL;
