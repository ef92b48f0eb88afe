//! Which server a command talks to: a remote one, the one that runs on this computer, or none: then
//! the database is opened in this process for the time of the command.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::cli::App;
use crate::client::Client;
use crate::config::{Config, Credentials, read_private, write_private};
use crate::exit::{Exit, Failure};

/// How long a command waits while other commands have the database open.
const PATIENCE: Duration = Duration::from_secs(10);
/// Time between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// What a running server says about itself in `server.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Where it listens.
    pub url: String,
    /// Its process.
    pub pid: u32,
}

impl Running {
    fn path(data: &Path) -> PathBuf {
        data.join("server.json")
    }

    /// What the file says; it may be of a server that was killed.
    pub fn of(data: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(Self::path(data)).ok()?).ok()
    }

    /// Says that the server runs.
    pub fn announce(&self, data: &Path) -> std::io::Result<()> {
        let text = serde_json::to_vec(self).map_err(std::io::Error::other)?;
        write_private(&Self::path(data), &text)
    }

    /// Says that it does not any more.
    pub fn withdraw(data: &Path) -> std::io::Result<()> {
        match std::fs::remove_file(Self::path(data)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// A client, and what must be closed after it.
#[derive(Debug)]
pub struct Session {
    /// The client.
    pub client: Client,
}

impl Session {
    /// Ends it.
    pub async fn close(self) {}
}

/// Connects as the configuration says.
pub async fn open(app: &App) -> Result<Session, Failure> {
    let config = app.config();
    let credentials = Credentials::load(&app.environment.config_dir)?;
    let server = config
        .server
        .clone()
        .or_else(|| credentials.current.clone());
    let client = match server {
        Some(url) => remote(config, &credentials, &url)?,
        None => return Err(Failure::usage("no server")),
    };
    Ok(Session {
        client: client.enter(config.workspace.as_deref()).await?,
    })
}

fn remote(config: &Config, credentials: &Credentials, url: &str) -> Result<Client, Failure> {
    let url = crate::client::server_url(url)?.to_string();
    let login = credentials
        .logins
        .get(&url)
        .map(|login| login.token.as_str());
    let token = config.token.as_ref().map(|token| token.reveal()).or(login);
    let token = token.ok_or_else(|| {
        Failure::new(Exit::Access, format!("you are not signed in to {url}"))
            .hint(format!("taskfold login {url}"))
    })?;
    Client::network(&url, Some(token))
}
