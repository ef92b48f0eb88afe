//! Views in SQLite: the files, their pragmas, connections, and the marks that say what a file is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection as Sqlite, OpenFlags};
use taskfold_sql::{Connection, Error, Pool};

use crate::error::OpenError;
use crate::{marks, tables};

/// The version of the tables and of what the projections put into them. Raise it with every change of
/// either: tables of another version are rebuilt.
pub const VIEW_VERSION: i64 = 4;

/// "Tfvw": marks a file as ours.
const APPLICATION_ID: i64 = 0x5466_7677;
const READERS: usize = 4;
/// How long a look waits for a file that is locked: longer than a checkpoint's moment.
const LOOK: Duration = Duration::from_millis(250);

/// The two files that take turns: `views.db`, and the one that is built beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// The configured path.
    home: PathBuf,
    /// The one in use: the configured one, or the one beside it.
    pub(crate) path: PathBuf,
}

impl File {
    /// Brings the files to rest after whatever happened: at most the configured one is left. For who has the
    /// files to himself: another process may have the one beside in use.
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
            self.home.with_extension(BESIDE)
        } else {
            self.home.clone()
        };
        Self {
            home: self.home.clone(),
            path,
        }
    }

    /// The one in use as it is, which another process may have open: the newest that is whole. Nothing is
    /// moved or removed. None when there is no file at `home`, and no whole one beside it.
    pub(crate) fn look(home: &Path) -> Result<Option<Self>, OpenError> {
        let here = Self {
            home: home.to_owned(),
            path: home.to_owned(),
        };
        let beside = here.other();
        let found = |file: &Self| open_to_look(&file.path).and_then(|c| Ok(marks::generation(&c)?));
        if !home.exists() {
            return Ok(found(&beside).is_ok().then_some(beside));
        }
        match (found(&here), found(&beside)) {
            (Ok(number), Ok(next)) if next > number => Ok(Some(beside)),
            (Err(_), Ok(_)) => Ok(Some(beside)),
            (here_is, _) => here_is.map(|_| Some(here)),
        }
    }

    /// Whether there are tables at `home`, or whole ones beside it that a rebuild has put in their place.
    pub(crate) fn is_there(home: &Path) -> bool {
        home.exists() || completed(&home.with_extension(BESIDE)).is_some()
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

/// How the name of the second file ends.
const BESIDE: &str = "next.db";
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
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::sqlite(Sqlite::open_with_flags(path, flags).ok()?);
    check(&connection).ok()?;
    marks::generation(&connection).ok()
}

fn rename(from: &Path, to: &Path) -> Result<(), OpenError> {
    std::fs::rename(from, to).map_err(|error| OpenError::Storage(error.to_string()))
}

/// Opens the writer and the readers of a file in use.
pub(crate) fn open_live(file: &File) -> Result<(Connection, Pool), OpenError> {
    let writer = open_private(&file.path)?;
    writer.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -64000;
         PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 134217728; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;",
    )?;
    writer.busy_timeout(Duration::from_secs(5))?;
    let writer = Connection::sqlite(writer);
    if is_empty(&writer)? {
        create(&writer)?;
    }
    check(&writer)?;
    let path = file.path.clone();
    Ok((writer, Pool::new(READERS, move || open_reader(&path))))
}

/// Readers of a file that another process may have in use; also in the place of the writer, which nothing
/// gets past.
pub(crate) fn open_looking(file: &File) -> Result<(Connection, Pool), OpenError> {
    let reader = open_to_look(&file.path)?;
    let path = file.path.clone();
    Ok((reader, Pool::new(1, move || open_reader(&path))))
}

/// Opens a whole file for reading. One that is being built is not waited for.
fn open_to_look(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Sqlite::open_with_flags(path, flags)?;
    reader.busy_timeout(LOOK)?;
    let reader = Connection::sqlite(reader);
    check(&reader)?;
    Ok(reader)
}

fn open_private(path: &Path) -> Result<Sqlite, Error> {
    taskfold_sql::make_private(path)?;
    Ok(Sqlite::open(path)?)
}

fn open_reader(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Sqlite::open_with_flags(path, flags)?;
    reader.execute_batch("PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY;")?;
    reader.busy_timeout(Duration::from_secs(5))?;
    Ok(Connection::sqlite(reader))
}

/// Opens empty tables in memory.
pub(crate) fn open_memory() -> Result<Connection, OpenError> {
    let connection = in_memory(Sqlite::open_in_memory()?)?;
    create(&connection)?;
    Ok(connection)
}

/// Opens empty tables in memory, to be filled until they are completed.
pub(crate) fn open_memory_build() -> Result<Connection, OpenError> {
    let connection = in_memory(Sqlite::open_in_memory()?)?;
    create_tables(&connection)?;
    Ok(connection)
}

fn in_memory(connection: Sqlite) -> Result<Connection, OpenError> {
    connection.execute_batch("PRAGMA temp_store = MEMORY;")?;
    Ok(Connection::sqlite(connection))
}

/// A copy in memory of tables in memory.
pub(crate) fn copy_memory(from: &Connection) -> Result<Connection, OpenError> {
    let mut copy = Sqlite::open_in_memory()?;
    if let Some(from) = from.as_sqlite() {
        // All pages in one step: nobody else writes to a copy in memory.
        let backup = Backup::new(from, &mut copy)?;
        backup.step(-1)?;
    }
    in_memory(copy)
}

/// Opens tables in memory as they were [serialized](Sqlite::serialize), if they are whole and of our
/// version.
pub(crate) fn open_image(image: &[u8]) -> Result<Connection, OpenError> {
    let mut connection = Sqlite::open_in_memory()?;
    connection.deserialize_read_exact("main", image, image.len(), false)?;
    let connection = in_memory(connection)?;
    check(&connection)?;
    Ok(connection)
}

/// Opens a file to be filled: no journal and no indexes until it is [complete](marks::complete); a crash
/// means starting over.
pub(crate) fn open_build(path: &Path) -> Result<Connection, OpenError> {
    let connection = open_unsafe(path)?;
    create_tables(&connection)?;
    Ok(connection)
}

/// Opens a file for activity alone, to be filled in the same way.
pub(crate) fn open_activity(path: &Path) -> Result<Connection, OpenError> {
    let connection = open_unsafe(path)?;
    connection.batch(tables::ACTIVITY)?;
    Ok(connection)
}

fn open_unsafe(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::sqlite(open_private(path)?);
    connection.batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA main.locking_mode = EXCLUSIVE;
         PRAGMA cache_size = -131072; PRAGMA temp_store = MEMORY; PRAGMA threads = 2;",
    )?;
    Ok(connection)
}

fn is_empty(connection: &Connection) -> Result<bool, Error> {
    let sql = "SELECT count(*) = 0 FROM sqlite_schema";
    Ok(connection.first(sql, &[], |row| row.get(0))? == Some(true))
}

fn create(connection: &Connection) -> Result<(), OpenError> {
    connection.batch("BEGIN IMMEDIATE")?;
    create_tables(connection)?;
    connection.batch(tables::ACTIVITY_INDEXES)?;
    tables::index(connection)?;
    marks::complete(connection, 1)?;
    Ok(connection.batch("COMMIT")?)
}

fn create_tables(connection: &Connection) -> Result<(), Error> {
    tables::create(connection)?;
    connection.batch(&format!(
        "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VIEW_VERSION};"
    ))
}

/// Refuses a file that is not ours, not of our version, or never completed.
fn check(connection: &Connection) -> Result<(), OpenError> {
    let pragma = |name| {
        let asked = connection.first(name, &[], |row| row.get::<i64>(0))?;
        Ok::<_, Error>(asked.unwrap_or(0))
    };
    if pragma("PRAGMA application_id")? != APPLICATION_ID {
        return Err(OpenError::Corrupt("it is not a views file".to_owned()));
    }
    let found = pragma("PRAGMA user_version")?;
    if found != VIEW_VERSION {
        return Err(OpenError::OtherVersion {
            found,
            expected: VIEW_VERSION,
        });
    }
    if marks::generation(connection)? == 0 {
        return Err(OpenError::Corrupt(
            "its building was never finished".to_owned(),
        ));
    }
    Ok(())
}
