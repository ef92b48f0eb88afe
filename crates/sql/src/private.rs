//! Files of databases are for their owner alone, whatever the umask and the directory allow.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

/// Makes an empty file with mode 0600 where there is none, for SQLite to open: what it keeps beside the file
/// (`-wal`, `-shm`, `-journal`) gets the same mode. A file that is there stays as it is.
///
/// # Errors
/// The directory is missing or cannot be written.
pub fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    match private(&mut options).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Has a file that these options make be readable for its owner alone.
pub fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
