//! ZIP archives, with limits against those that are made to burst.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::MAX_BYTES;
use crate::report::ImportError;

const MAX_ENTRIES: usize = 10_000;

/// The files of an archive whose names are wanted: name and content, in the order of the names.
pub(crate) fn files(
    bytes: &[u8],
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<(String, Vec<u8>)>, ImportError> {
    let broken = |error: zip::result::ZipError| {
        ImportError::file(format!("no readable ZIP archive: {error}"))
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MAX_ENTRIES {
        let message = format!(
            "{} files are more than the limit of {MAX_ENTRIES}",
            archive.len()
        );
        return Err(ImportError::file(message));
    }
    let mut left = MAX_BYTES;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(broken)?;
        let name = entry.name().to_owned();
        if entry.is_dir() || !wanted(&name) {
            continue;
        }
        // What the entry says of its size may be a lie: count what comes out.
        let mut content = Vec::new();
        let limit = u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1);
        let read = entry.take(limit).read_to_end(&mut content);
        read.map_err(|error| {
            ImportError::new(name.clone(), format!("cannot be unpacked: {error}"))
        })?;
        left = left.checked_sub(content.len()).ok_or_else(|| {
            ImportError::file(format!(
                "unpacked, it is more than the limit of {MAX_BYTES} bytes"
            ))
        })?;
        files.push((name, content));
    }
    files.sort();
    Ok(files)
}

/// Whether the archive has a file of a wanted name.
pub(crate) fn names(bytes: &[u8], wanted: impl Fn(&str) -> bool) -> Option<bool> {
    let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    Some(archive.file_names().any(wanted))
}
