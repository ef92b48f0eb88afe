//! The SQLite file: tables, pragmas, connections, and the marks that say what it is.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use crate::error::OpenError;

/// The version of the tables and of what the projections put into them. Raise it with every change of
/// either: files of another version are rebuilt.
pub const VIEW_VERSION: i64 = 3;

/// "Tfvw": marks a file as ours.
const APPLICATION_ID: i64 = 0x5466_7677;
const READERS: usize = 4;

/// All tables, in the order in which they can be made.
const TABLES: &[&str] = &[
    include_str!("tables.sql"),
    include_str!("tasks/tables.sql"),
    include_str!("lists/tables.sql"),
    include_str!("members/tables.sql"),
    include_str!("filters/tables.sql"),
    include_str!("counts/tables.sql"),
    ACTIVITY,
    include_str!("search/tables.sql"),
    include_str!("deadletters.sql"),
];

const ACTIVITY: &str = include_str!("activity/tables.sql");

/// The indexes of activity, the only ones that may be built beside the others.
pub(crate) const ACTIVITY_INDEXES: &str = include_str!("activity/indexes.sql");

/// The other indexes; a rebuild makes them when the rows are there.
const INDEXES: &[&str] = &[
    include_str!("tasks/indexes.sql"),
    include_str!("lists/indexes.sql"),
    include_str!("members/indexes.sql"),
    include_str!("filters/indexes.sql"),
];

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Storage(error.to_string()),
        }
    }
}

/// The two files that take turns: `views.db`, and the one that is built beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// The configured path.
    home: PathBuf,
    /// The one in use: the configured one, or the one beside it.
    pub(crate) path: PathBuf,
}

impl File {
    /// Brings the files to rest after whatever happened: at most the configured one is left.
    pub(crate) fn settle(home: &Path) -> Result<Self, OpenError> {
        let here = Self {
            home: home.to_owned(),
            path: home.to_owned(),
        };
        let next = here.other();
        if next.path.exists() {
            match (completed(&next.path), completed(home)) {
                (Some(next_number), number) if number.is_none_or(|number| number < next_number) => {
                    here.remove()?;
                    rename(&next.path, home)?;
                }
                _ => next.remove()?,
            }
        }
        Ok(here)
    }

    /// The file that a rebuild of this one goes to.
    pub(crate) fn other(&self) -> Self {
        let path = if self.path == self.home {
            self.home.with_extension("next.db")
        } else {
            self.home.clone()
        };
        Self {
            home: self.home.clone(),
            path,
        }
    }

    /// Its generation; 0 when it is not there or not usable.
    pub(crate) fn generation(&self) -> u64 {
        completed(&self.path).unwrap_or(0)
    }

    /// Removes it and what SQLite keeps beside it.
    pub(crate) fn remove(&self) -> Result<(), OpenError> {
        for suffix in ["-wal", "-shm", "-journal", ACTIVITY_SUFFIX, ""] {
            remove_file(&self.with(suffix))?;
        }
        Ok(())
    }

    /// Where activity is written while this file is built.
    pub(crate) fn activity(&self) -> PathBuf {
        self.with(ACTIVITY_SUFFIX)
    }

    fn with(&self, suffix: &str) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(suffix);
        path.into()
    }
}

const ACTIVITY_SUFFIX: &str = "-activity";

/// Removes a file, if it is there.
pub(crate) fn remove_file(path: &Path) -> Result<(), OpenError> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(OpenError::Storage(error.to_string())),
    }
}

/// The generation of a file that is whole and of our version. Closing the only connection folds its
/// write-ahead log into it.
fn completed(path: &Path) -> Option<u64> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .ok()?;
    check(&connection).ok()?;
    generation(&connection).ok()
}

fn rename(from: &Path, to: &Path) -> Result<(), OpenError> {
    std::fs::rename(from, to).map_err(|error| OpenError::Storage(error.to_string()))
}

/// Opens the writer and the readers of a file in use.
pub(crate) fn open_live(file: &File) -> Result<(Connection, Readers), OpenError> {
    let writer = Connection::open(&file.path)?;
    writer.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -64000;
         PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 134217728; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;",
    )?;
    writer.busy_timeout(Duration::from_secs(5))?;
    if is_empty(&writer)? {
        create(&writer)?;
    }
    check(&writer)?;
    writer.set_prepared_statement_cache_capacity(128);
    let readers = (0..READERS)
        .map(|_| open_reader(&file.path))
        .collect::<Result<_, _>>()?;
    Ok((
        writer,
        Readers {
            free: Mutex::new(readers),
            returned: Condvar::new(),
        },
    ))
}

fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Connection::open_with_flags(path, flags)?;
    reader.execute_batch("PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY;")?;
    reader.busy_timeout(Duration::from_secs(5))?;
    reader.set_prepared_statement_cache_capacity(64);
    Ok(reader)
}

/// Opens empty tables in memory.
pub(crate) fn open_memory() -> Result<Connection, OpenError> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch("PRAGMA temp_store = MEMORY;")?;
    create(&connection)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Opens empty tables in memory, to be filled until they are completed.
pub(crate) fn open_memory_build() -> Result<Connection, OpenError> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch("PRAGMA temp_store = MEMORY;")?;
    create_tables(&connection)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// A copy in memory of tables in memory.
pub(crate) fn copy_memory(from: &Connection) -> Result<Connection, OpenError> {
    let mut copy = Connection::open_in_memory()?;
    {
        // All pages in one step: nobody else writes to a copy in memory.
        let backup = Backup::new(from, &mut copy)?;
        backup.step(-1)?;
    }
    copy.execute_batch("PRAGMA temp_store = MEMORY;")?;
    copy.set_prepared_statement_cache_capacity(128);
    Ok(copy)
}

/// Opens tables in memory as they were [serialized](Connection::serialize), if they are whole and of our
/// version.
pub(crate) fn open_image(image: &[u8]) -> Result<Connection, OpenError> {
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact("main", image, image.len(), false)?;
    connection.execute_batch("PRAGMA temp_store = MEMORY;")?;
    check(&connection)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Opens a file to be filled: no journal and no indexes until [`finish`]; a crash means starting over.
pub(crate) fn open_build(path: &Path) -> Result<Connection, OpenError> {
    let connection = open_unsafe(path)?;
    create_tables(&connection)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Opens a file for activity alone, to be filled in the same way.
pub(crate) fn open_activity(path: &Path) -> Result<Connection, OpenError> {
    let connection = open_unsafe(path)?;
    connection.execute_batch(ACTIVITY)?;
    Ok(connection)
}

fn open_unsafe(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA main.locking_mode = EXCLUSIVE;
         PRAGMA cache_size = -131072; PRAGMA temp_store = MEMORY; PRAGMA threads = 2;",
    )?;
    Ok(connection)
}

fn is_empty(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| {
        row.get(0)
    })
}

fn create(connection: &Connection) -> Result<(), OpenError> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    create_tables(connection)?;
    connection.execute_batch(ACTIVITY_INDEXES)?;
    create_indexes(connection)?;
    complete(connection, 1)?;
    connection.execute_batch("COMMIT")?;
    Ok(())
}

fn create_tables(connection: &Connection) -> Result<(), rusqlite::Error> {
    TABLES
        .iter()
        .try_for_each(|tables| connection.execute_batch(tables))?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", VIEW_VERSION)
}

/// Makes all indexes but those of activity.
pub(crate) fn create_indexes(connection: &Connection) -> Result<(), rusqlite::Error> {
    INDEXES
        .iter()
        .try_for_each(|indexes| connection.execute_batch(indexes))
}

/// Marks the tables as whole.
pub(crate) fn complete(connection: &Connection, generation: u64) -> Result<(), rusqlite::Error> {
    connection.execute(
        "INSERT INTO meta (name, value) VALUES ('generation', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![i64::try_from(generation).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}

/// Refuses a file that is not ours, not of our version, or never completed.
fn check(connection: &Connection) -> Result<(), OpenError> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if pragma("application_id")? != APPLICATION_ID {
        return Err(OpenError::Corrupt("it is not a views file".to_owned()));
    }
    let found = pragma("user_version")?;
    if found != VIEW_VERSION {
        return Err(OpenError::OtherVersion {
            found,
            expected: VIEW_VERSION,
        });
    }
    if generation(connection)? == 0 {
        return Err(OpenError::Corrupt(
            "its building was never finished".to_owned(),
        ));
    }
    Ok(())
}

/// The generation of the tables; 0 while they are being built.
pub(crate) fn generation(connection: &Connection) -> Result<u64, rusqlite::Error> {
    let number: Option<i64> = connection
        .query_row(
            "SELECT value FROM meta WHERE name = 'generation'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    Ok(number
        .and_then(|number| u64::try_from(number).ok())
        .unwrap_or(0))
}

/// The last position applied of a partition.
pub(crate) fn watermark(connection: &Connection, partition: u32) -> Result<u64, rusqlite::Error> {
    let number: Option<i64> = connection
        .prepare_cached("SELECT number FROM watermarks WHERE partition = ?1")?
        .query_row([partition], |row| row.get(0))
        .optional()?;
    Ok(number
        .and_then(|number| u64::try_from(number).ok())
        .unwrap_or(0))
}

/// The last positions applied of all partitions.
pub(crate) fn watermarks(connection: &Connection) -> Result<BTreeMap<u32, u64>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT partition, number FROM watermarks")?
        .query_map([], |row| {
            Ok((
                row.get(0)?,
                u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
            ))
        })?
        .collect()
}

/// Moves watermarks; they never go back.
pub(crate) fn set_watermarks(
    connection: &Connection,
    moved: &BTreeMap<u32, u64>,
) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO watermarks (partition, number) VALUES (?1, ?2)
         ON CONFLICT (partition) DO UPDATE SET number = excluded.number",
    )?;
    for (partition, number) in moved {
        statement.execute(params![
            partition,
            i64::try_from(*number).unwrap_or(i64::MAX)
        ])?;
    }
    Ok(())
}

/// Read connections, lent one at a time.
pub(crate) struct Readers {
    free: Mutex<Vec<Connection>>,
    returned: Condvar,
}

/// A read connection that goes back when dropped, also by a panic.
pub(crate) struct Lent<'r> {
    connection: Option<Connection>,
    readers: &'r Readers,
}

impl Readers {
    /// A free reader; `None` when there is none within `wait`.
    pub(crate) fn take(&self, wait: Duration) -> Option<Lent<'_>> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut free, _) = self
            .returned
            .wait_timeout_while(free, wait, |free| free.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        let connection = Some(free.pop()?);
        Some(Lent {
            connection,
            readers: self,
        })
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut free = self
            .readers
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        free.extend(self.connection.take());
        self.readers.returned.notify_one();
    }
}

impl Deref for Lent<'_> {
    type Target = Connection;
    #[allow(clippy::unreachable, reason = "only drop takes the connection out")]
    fn deref(&self) -> &Connection {
        self.connection.as_ref().unwrap_or_else(|| unreachable!())
    }
}

impl DerefMut for Lent<'_> {
    #[allow(clippy::unreachable, reason = "only drop takes the connection out")]
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().unwrap_or_else(|| unreachable!())
    }
}
