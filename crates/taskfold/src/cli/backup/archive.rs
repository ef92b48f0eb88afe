//! The file of a backup.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use taskfold_contracts::envelope::hex;
use taskfold_contracts::position::Position;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The format that this program writes and reads.
pub(crate) const FORMAT: u32 = 1;
/// The file of the log.
pub(crate) const LOG: &str = "log.db";
/// The file of the accounts.
pub(crate) const ACCOUNTS: &str = "identity.db";
/// The files of a backup, in order.
pub(crate) const PARTS: [&str; 2] = [LOG, ACCOUNTS];
const MANIFEST: &str = "manifest.json";
/// A manifest longer than this is none.
const MANIFEST_BYTES: u64 = 1 << 20;

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Format of the file.
    pub format: u32,
    /// When it was made (RFC 3339).
    pub made_at: String,
    /// What made it.
    pub made_by: String,
    /// Events in the log.
    pub events: u64,
    /// The last position of each partition.
    pub heads: Vec<Position>,
    /// The last hash of each partition, hexadecimal.
    pub chain: Vec<String>,
    /// SHA-256 of each file, hexadecimal.
    pub parts: BTreeMap<String, String>,
}

impl Manifest {
    /// What another manifest of the same backup says differently.
    pub(crate) fn difference(&self, found: &Self) -> Option<&'static str> {
        if self.parts != found.parts {
            return Some("the content of a file");
        }
        if self.events != found.events || self.heads != found.heads {
            return Some("the number of events");
        }
        (self.chain != found.chain).then_some("the log's hash chain")
    }
}

/// SHA-256 of each file of a backup in `directory`.
pub(crate) fn digests(directory: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut digests = BTreeMap::new();
    for part in PARTS {
        let path = directory.join(part);
        if path.is_file() {
            digests.insert(part.to_owned(), digest(&path)?);
        }
    }
    Ok(digests)
}

fn digest(path: &Path) -> io::Result<String> {
    let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
    let mut chunk = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        hasher.update(&chunk[..read]);
    }
    Ok(hex(&hasher.finalize()))
}

/// Writes the files of `directory` and the manifest as `target`, whole or not at all, readable for
/// its owner alone. Gives its size in bytes.
pub(crate) fn write(target: &Path, directory: &Path, manifest: &Manifest) -> io::Result<u64> {
    let partial = directory.join("backup.zip");
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut archive = ZipWriter::new(options.open(&partial)?);
    let entry = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .unix_permissions(0o600)
        .large_file(true);
    archive.start_file(MANIFEST, entry)?;
    archive.write_all(serde_json::to_string_pretty(manifest)?.as_bytes())?;
    for part in manifest.parts.keys() {
        archive.start_file(part, entry)?;
        io::copy(&mut File::open(directory.join(part))?, &mut archive)?;
    }
    let file = archive.finish()?;
    file.sync_all()?;
    let bytes = file.metadata()?.len();
    fs::rename(&partial, target)?;
    Ok(bytes)
}

/// Unpacks a backup into `directory`: the known files and nothing else.
pub(crate) fn read(source: &Path, directory: &Path) -> io::Result<Manifest> {
    let mut archive = ZipArchive::new(File::open(source)?)?;
    let mut text = String::new();
    archive
        .by_name(MANIFEST)?
        .take(MANIFEST_BYTES)
        .read_to_string(&mut text)?;
    let manifest: Manifest = serde_json::from_str(&text)?;
    if manifest.format != FORMAT {
        let format = manifest.format;
        return Err(io::Error::other(format!(
            "its format is {format}, this program reads {FORMAT}"
        )));
    }
    for part in PARTS {
        if !manifest.parts.contains_key(part) {
            continue;
        }
        let path = directory.join(part);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        io::copy(&mut archive.by_name(part)?, &mut file)?;
        file.sync_all()?;
        // Before anything opens it: a database that was opened may have changed.
        let found = digest(&path)?;
        if manifest.parts.get(part) != Some(&found) {
            return Err(io::Error::other(format!(
                "{part} is not what the manifest says"
            )));
        }
    }
    if !directory.join(LOG).is_file() {
        return Err(io::Error::other("it has no log"));
    }
    Ok(manifest)
}
