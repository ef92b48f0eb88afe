//! A consistent copy of a log that is in use.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::WriteError;

/// Copies what is committed now to `target`, which must not exist; whoever appends is not held up. The copy
/// appears under its name only when it is complete and on disk.
pub(crate) fn copy(source: &Connection, target: &Path) -> Result<(), WriteError> {
    let partial = fresh(target)?;
    copy_pages(source, &partial)?;
    put_in_place(&partial, target)
}

/// Where a file is made that is to be `target`, which must not exist; what was left there is removed.
pub(crate) fn fresh(target: &Path) -> Result<PathBuf, WriteError> {
    if target.exists() {
        return Err(WriteError::Storage(format!("{} exists", target.display())));
    }
    let partial = partial_name(target);
    for left in ["", "-wal", "-shm"] {
        let mut left_over = partial.clone().into_os_string();
        left_over.push(left);
        match fs::remove_file(&left_over) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(unusable(&partial, &error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(partial)
}

/// Gives a complete file its name, when it is on disk.
pub(crate) fn put_in_place(partial: &Path, target: &Path) -> Result<(), WriteError> {
    let file = |error: std::io::Error| unusable(partial, &error);
    File::open(partial)
        .and_then(|copy| copy.sync_all())
        .map_err(file)?;
    fs::rename(partial, target).map_err(file)?;
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(file)
}

fn copy_pages(source: &Connection, partial: &Path) -> Result<(), WriteError> {
    taskfold_sql::make_private(partial)
        .map_err(|error| WriteError::Storage(format!("{}: {error}", partial.display())))?;
    let mut copy = Connection::open(partial)?;
    {
        let backup = Backup::new(source, &mut copy)?;
        // All pages in one step: one read transaction of the write-ahead log, never started again.
        if backup.step(-1)? != StepResult::Done {
            return Err(WriteError::Storage(
                "the log was locked during the backup".into(),
            ));
        }
    }
    alone(copy)
}

/// Closes a file of its own: no write-ahead file beside it that could be left behind.
pub(crate) fn alone(copy: Connection) -> Result<(), WriteError> {
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error.into())
}

fn unusable(path: &Path, error: &std::io::Error) -> WriteError {
    WriteError::Storage(format!("{}: {error}", path.display()))
}

/// The name of a file until it is complete.
pub(crate) fn partial_name(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}
