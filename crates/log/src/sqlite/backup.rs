//! A consistent copy of a log that is in use.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::WriteError;

/// Copies what is committed now to `target`, which must not exist; whoever appends is not held up. The copy
/// appears under its name only when it is complete and on disk.
pub(crate) fn copy(source: &Connection, target: &Path) -> Result<(), WriteError> {
    appear(target, |partial| copy_pages(source, partial))
}

/// Lets `write` fill a file, which gets the name `target` when it is complete and on disk.
pub(crate) fn appear(
    target: &Path,
    write: impl FnOnce(&Path) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    if target.exists() {
        return Err(WriteError::Storage(format!("{} exists", target.display())));
    }
    let partial = partial_name(target);
    let file =
        |error: std::io::Error| WriteError::Storage(format!("{}: {error}", partial.display()));
    if partial.exists() {
        fs::remove_file(&partial).map_err(file)?;
    }
    write(&partial)?;
    File::open(&partial)
        .and_then(|copy| copy.sync_all())
        .map_err(file)?;
    fs::rename(&partial, target).map_err(file)?;
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
    // A file of its own: no write-ahead file beside it that could be left behind.
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error.into())
}

fn partial_name(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}
