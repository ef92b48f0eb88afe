//! All tables and their indexes, as each database takes them.

use taskfold_sql::{Connection, Dialect, Error};

/// All tables but that of search, in the order in which they can be made.
const TABLES: &[&str] = &[
    include_str!("tables.sql"),
    include_str!("tasks/tables.sql"),
    include_str!("lists/tables.sql"),
    include_str!("members/tables.sql"),
    include_str!("filters/tables.sql"),
    include_str!("reminders/tables.sql"),
    include_str!("counts/tables.sql"),
    ACTIVITY,
    include_str!("deadletters.sql"),
];

/// The table of activity, which may be built beside the others.
pub(crate) const ACTIVITY: &str = include_str!("activity/tables.sql");

/// The indexes of activity.
pub(crate) const ACTIVITY_INDEXES: &str = include_str!("activity/indexes.sql");

/// The other indexes; a rebuild makes them when the rows are there.
const INDEXES: &[&str] = &[
    include_str!("tasks/indexes.sql"),
    include_str!("lists/indexes.sql"),
    include_str!("members/indexes.sql"),
    include_str!("filters/indexes.sql"),
    include_str!("reminders/indexes.sql"),
];

/// Makes all tables, with the indexes that projections need from the first event on.
pub(crate) fn create(connection: &Connection) -> Result<(), Error> {
    let dialect = connection.dialect();
    for tables in TABLES {
        connection.batch(&dialect.tables(tables))?;
    }
    match dialect {
        Dialect::Sqlite => connection.batch(include_str!("search/tables.sql")),
        Dialect::Postgres => {
            connection.batch(include_str!("search/postgres.sql"))?;
            OF_WORKSPACES
                .iter()
                .try_for_each(|table| connection.batch(&policy(table)))
        }
    }
}

/// Tables whose rows belong to a workspace. Search is not among them: what it finds is shown by way of the
/// tasks, and PostgreSQL does not ask an index for words before a policy.
const OF_WORKSPACES: &[&str] = &[
    "tasks",
    "task_tags",
    "task_blockers",
    "comments",
    "lists",
    "workspaces",
    "members",
    "invitations",
    "saved_filters",
    "reminders",
    "list_counts",
    "tag_counts",
    "activity",
    "dead_letters",
    "parked",
];

/// Whoever has not said of which workspace rows are wanted gets none; `*` is all. That holds for the owner
/// of the tables as well, though not for a superuser.
fn policy(table: &str) -> String {
    format!(
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
         ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
         CREATE POLICY of_workspace ON {table} USING (
             (SELECT current_setting('taskfold.workspace', true)) = '*'
             OR workspace_id = (SELECT CASE
                 WHEN current_setting('taskfold.workspace', true) ~ '^[0-9a-f]{{32}}$'
                 THEN decode(current_setting('taskfold.workspace', true), 'hex') END))"
    )
}

/// Makes all indexes but those of activity.
pub(crate) fn index(connection: &Connection) -> Result<(), Error> {
    match connection.dialect() {
        Dialect::Sqlite => INDEXES
            .iter()
            .try_for_each(|indexes| connection.batch(indexes)),
        Dialect::Postgres => {
            for indexes in INDEXES {
                // In SQLite the number stands behind the columns of each index by itself.
                let numbered = indexes.replace(
                    ") WHERE deleted_at IS NULL",
                    ", number) WHERE deleted_at IS NULL",
                );
                connection.batch(&numbered)?;
            }
            connection.batch(include_str!("search/postgres_indexes.sql"))
        }
    }
}
