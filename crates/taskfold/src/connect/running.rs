//! What a running server says about itself.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::config::write_private;
use crate::exit::{Exit, Failure};

/// A server on this computer that does not take a connection by then is not there.
const HANDSHAKE: Duration = Duration::from_secs(2);

/// What stands in `server.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Running {
    /// Where it listens.
    pub url: String,
    /// Its process.
    pub pid: u32,
    /// Proves to the server that whoever asks can read its files.
    pub secret: String,
}

/// Where the server gives a token to whoever knows the secret.
pub(crate) const TOKEN_PATH: &str = "/local/token";

impl Running {
    fn path(data: &Path) -> PathBuf {
        data.join("server.json")
    }

    /// What the file says; it may be of a server that was killed.
    pub(crate) fn of(data: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(Self::path(data)).ok()?).ok()
    }

    /// Whether something listens there.
    pub(crate) async fn answers(&self) -> bool {
        let Some(address) = self.url.strip_prefix("http://") else {
            return false;
        };
        let handshake = tokio::net::TcpStream::connect(address.trim_end_matches('/'));
        matches!(tokio::time::timeout(HANDSHAKE, handshake).await, Ok(Ok(_)))
    }

    /// Asks the server for a token of the person of this computer.
    pub(crate) async fn ask_for_token(&self) -> Result<String, Failure> {
        let url = format!("{}{TOKEN_PATH}", self.url.trim_end_matches('/'));
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(Exit::Access, format!("the server gave no token: {error}"))
        };
        let answer = reqwest::Client::new()
            .post(url)
            .bearer_auth(&self.secret)
            .send()
            .await;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        let answer = answer.map_err(|error| failed(&error))?;
        answer.text().await.map_err(|error| failed(&error))
    }

    /// Says that the server runs.
    pub(crate) fn announce(&self, data: &Path) -> io::Result<()> {
        let text = serde_json::to_vec(self).map_err(io::Error::other)?;
        write_private(&Self::path(data), &text)
    }

    /// Says that it does not any more.
    pub(crate) fn withdraw(data: &Path) -> io::Result<()> {
        match fs::remove_file(Self::path(data)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
