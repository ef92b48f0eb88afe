//! Tables, and how connections are opened.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, params};
use taskfold_contracts::position::Position;

use crate::{OpenError, Options};

/// Format of the file; grows with every change of the tables.
pub(crate) const FORMAT: i64 = 1;

/// Marks the file as a Taskfold log (`PRAGMA application_id`): four letters.
const APPLICATION: i64 = 0x5466_4c67;

const TABLES: &str = include_str!("tables.sql");

/// Bits of a `place` that hold the number; the partition stands above them.
const NUMBER_BITS: u32 = 40;

/// Most partitions that a log may have.
const MAX_PARTITIONS: u32 = 4096;

/// A position as one integer that orders by partition, then number: the row id of `events`.
pub(crate) fn place(partition: u32, number: u64) -> i64 {
    let number = number.min((1 << NUMBER_BITS) - 1);
    i64::try_from((u64::from(partition) << NUMBER_BITS) | number).unwrap_or(i64::MAX)
}

/// The position that [`place`] made an integer of.
pub(crate) fn position(place: i64) -> Position {
    let place = u64::try_from(place).unwrap_or_default();
    Position {
        partition: u32::try_from(place >> NUMBER_BITS).unwrap_or(u32::MAX),
        number: place & ((1 << NUMBER_BITS) - 1),
    }
}

/// The lane's connection. Makes the file and the tables when they are missing.
pub(crate) fn open_writer(path: &Path, options: &Options) -> Result<Connection, OpenError> {
    let storage = |error: rusqlite::Error| storage(path, &error);
    taskfold_sql::make_private(path).map_err(|error| OpenError::File {
        path: path.to_owned(),
        error,
    })?;
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(storage)?;
    configure_writer(&connection, options).map_err(storage)?;
    create(&mut connection, path, options)?;
    Ok(connection)
}

fn configure_writer(connection: &Connection, options: &Options) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(2))?;
    connection.pragma_update(None, "page_size", 4096)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // The lane checkpoints itself, after it has answered.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "cell_size_check", "ON")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    let kibibytes = i64::try_from(options.cache_bytes / 1024).unwrap_or(i64::MAX);
    connection.pragma_update(None, "cache_size", -kibibytes)?;
    if let Some(bytes) = options.quota_bytes {
        let pages = i64::try_from(bytes / 4096).unwrap_or(i64::MAX).max(1);
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    connection.set_prepared_statement_cache_capacity(32);
    rusqlite::vtab::array::load_module(connection)
}

fn create(connection: &mut Connection, path: &Path, options: &Options) -> Result<(), OpenError> {
    let storage = |error: rusqlite::Error| storage(path, &error);
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(storage)?;
    let tables: i64 = transaction
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(storage)?;
    if tables == 0 {
        let partitions = options.partitions.clamp(1, MAX_PARTITIONS);
        fill(&transaction, partitions).map_err(storage)?;
    }
    check(&transaction, path, options)?;
    transaction.commit().map_err(storage)
}

fn fill(connection: &Connection, partitions: u32) -> rusqlite::Result<()> {
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", FORMAT)?;
    for partition in 0..partitions {
        connection.execute(
            "INSERT INTO partitions (partition, head, recorded_at, hash) VALUES (?1, 0, 0, ?2)",
            params![partition, [0_u8; 32].as_slice()],
        )?;
    }
    Ok(())
}

/// Number of partitions of the log.
pub(crate) fn partitions(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("SELECT count(*) FROM partitions", [], |row| row.get(0))
}

/// Number of partitions of the log in a file; none when there is no file, or no log in it yet.
pub(crate) fn partitions_of(path: &Path) -> Result<Option<u32>, OpenError> {
    if !path.exists() {
        return Ok(None);
    }
    let storage = |error: rusqlite::Error| storage(path, &error);
    let connection = open_reader(path).map_err(storage)?;
    // Another process may be about to make the tables.
    let is_made = "SELECT count(*) > 0 FROM sqlite_schema WHERE name = 'partitions'";
    let is_made = connection.query_row(is_made, [], |row| row.get(0));
    if !is_made.map_err(storage)? {
        return Ok(None);
    }
    let count = partitions(&connection).map_err(storage)?;
    Ok((count > 0).then_some(count))
}

/// Refuses a file that is no log, is of another format or has another number of partitions.
pub(crate) fn check(
    connection: &Connection,
    path: &Path,
    options: &Options,
) -> Result<(), OpenError> {
    let storage = |error: rusqlite::Error| storage(path, &error);
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get(0));
    let application: i64 = number("application_id").map_err(storage)?;
    let stored: i64 = number("user_version").map_err(storage)?;
    if application != APPLICATION || stored != FORMAT {
        return Err(OpenError::Format {
            stored,
            known: FORMAT,
        });
    }
    let stored = partitions(connection).map_err(storage)?;
    if stored != options.partitions {
        return Err(OpenError::Partitions {
            stored,
            asked: options.partitions,
        });
    }
    Ok(())
}

/// A connection for reading.
pub(crate) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(Duration::from_secs(2))?;
    connection.pragma_update(None, "cache_size", -4096)?;
    connection.pragma_update(None, "query_only", "ON")?;
    connection.set_prepared_statement_cache_capacity(16);
    Ok(connection)
}

/// Why the file at `path` cannot be opened.
pub(crate) fn storage(path: &Path, error: &rusqlite::Error) -> OpenError {
    let (path, message) = (path.to_owned(), describe(error));
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            OpenError::Damaged { path, message }
        }
        Some(_) | None => OpenError::Storage { path, message },
    }
}

/// What an error of the storage means to whoever runs Taskfold.
pub(crate) fn describe(error: &rusqlite::Error) -> String {
    let meaning = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full or the log's quota is reached",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "the log's file is locked by another program"
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => "the log's file is damaged",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "the log's file may not be written"
        }
        Some(ErrorCode::SystemIoFailure) => "the disk failed",
        Some(_) | None => return error.to_string(),
    };
    format!("{meaning} ({error})")
}
