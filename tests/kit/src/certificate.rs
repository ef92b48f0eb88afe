//! A certificate for a server of a test.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program that makes it.
pub(crate) const OPENSSL: &str = "/usr/bin/openssl";

/// Has `openssl` make `server.key` and `server.crt` in a directory, for 127.0.0.1 and signed by itself; the latter.
pub(crate) fn for_localhost(openssl: &mut Command, directory: &Path) -> PathBuf {
    let certificate = directory.join("server.crt");
    openssl
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        ])
        .args(["-config", "/dev/null", "-subj", "/CN=taskfold-test"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(directory.join("server.key"))
        .arg("-out")
        .arg(&certificate);
    certificate
}
