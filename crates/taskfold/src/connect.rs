//! Which server a command talks to: a remote one, the one that runs on this computer, or none: then
//! the database is opened in this process for the time of the command.

mod local;
mod owner;
mod running;

use std::time::Duration;

use tokio::time::Instant;

use crate::cli::App;
use crate::client::{Client, server_url};
use crate::config::{Config, Credentials, Secret};
use crate::exit::{Exit, Failure};

pub(crate) use local::Local;
pub(crate) use running::{Running, TOKEN_PATH};

/// How long a command waits while other commands have the database open.
const PATIENCE: Duration = Duration::from_secs(10);
/// Time between two looks whether they are done.
const LOOK: Duration = Duration::from_millis(10);

/// A client, and what must be closed after it.
#[derive(Debug)]
pub(crate) struct Session {
    /// The client.
    pub client: Client,
    local: Option<Local>,
}

impl Session {
    /// Ends it.
    pub(crate) async fn close(self) {
        self.client.settle().await;
        if let Some(local) = self.local {
            local.close().await;
        }
    }
}

/// Connects as the configuration says.
pub(crate) async fn open(app: &App) -> Result<Session, Failure> {
    let config = app.config();
    let credentials = Credentials::load(&app.environment.config_dir)?;
    let server = config
        .server
        .clone()
        .or_else(|| credentials.current.clone());
    let (client, local) = match server {
        Some(url) => (remote(config, &credentials, &url)?, None),
        None => here(app).await?,
    };
    match client.enter(config.workspace.as_deref()).await {
        Ok(client) => Ok(Session { client, local }),
        Err(failure) => {
            if let Some(local) = local {
                local.close().await;
            }
            Err(failure)
        }
    }
}

fn remote(config: &Config, credentials: &Credentials, url: &str) -> Result<Client, Failure> {
    let url = server_url(url)?.to_string();
    let login = credentials
        .logins
        .get(&url)
        .map(|login| login.token.as_str());
    let token = config.token.as_ref().map(Secret::reveal).or(login);
    let token = token.ok_or_else(|| {
        Failure::new(Exit::Access, format!("you are not signed in to {url}"))
            .hint(format!("taskfold login {url}"))
    })?;
    Client::network(&url, Some(token))
}

/// The server that has the database of this computer open, when one runs.
pub(crate) async fn to_running(app: &App) -> Result<Option<Client>, Failure> {
    match Running::of(&app.config().data) {
        Some(running) if running.answers().await => Ok(Some(owner::at(app, &running).await?)),
        Some(_) | None => Ok(None),
    }
}

/// The database of this computer: through the server that has it open, else opened here. Another
/// command that has it open is waited for.
async fn here(app: &App) -> Result<(Client, Option<Local>), Failure> {
    let data = &app.config().data;
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(local) = Local::try_open(app).await? {
            return match owner::within(app, &local).await {
                Ok(client) => Ok((client, Some(local))),
                Err(failure) => {
                    local.close().await;
                    Err(failure)
                }
            };
        }
        if let Some(running) = Running::of(data)
            && running.answers().await
        {
            return Ok((owner::at(app, &running).await?, None));
        }
        if Instant::now() > until {
            return Err(
                Failure::new(Exit::Conflict, "the database is in use by another process")
                    .hint("wait for it, or name another directory with --data"),
            );
        }
        tokio::time::sleep(LOOK).await;
    }
}
