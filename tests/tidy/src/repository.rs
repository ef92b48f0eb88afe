//! The files of the repository.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A text file, by its path from the top of the repository.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    pub(crate) fn is(&self, extension: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|e| e == extension)
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every text file that git tracks or would track.
pub(crate) fn files() -> Vec<File> {
    let listing = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        listing.status.success(),
        "{}",
        String::from_utf8_lossy(&listing.stderr)
    );
    let names = String::from_utf8(listing.stdout).unwrap();
    let read = |path: &str| {
        // What is not UTF-8 is no text; what was deleted and not yet committed is gone.
        std::fs::read_to_string(root().join(path))
            .ok()
            .map(|text| File::new(path, &text))
    };
    names.split_terminator('\0').filter_map(read).collect()
}

#[test]
fn the_files_are_found() {
    let files = files();
    assert!(files.iter().any(|file| file.path == "Cargo.toml"));
    assert!(
        files
            .iter()
            .any(|file| file.path == "tests/tidy/src/lib.rs")
    );
    assert!(!files.iter().any(|file| file.path.starts_with("target/")));
}
