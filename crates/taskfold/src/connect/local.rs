//! The database of this computer, opened in this process.

use std::time::Duration;

use axum::Router;
use taskfold_log::OpenError;
use taskfold_roles::process::{Options, Process, StartError};
use taskfold_spans::Recorder;
use tokio::time::Instant;

use super::{LOOK, PATIENCE, Running, owner};
use crate::cli::{App, unopened};
use crate::config::make_private_directory;
use crate::exit::{Exit, Failure};
use crate::print::Progress;
use crate::services;

/// How long the views may take to be built anew before a command gives up.
const BUILD: Duration = Duration::from_mins(10);

/// How long views may stand still behind the log: on a full disk they cannot be written.
const STANDSTILL: Duration = Duration::from_secs(5);

fn behind(how: &str) -> Failure {
    let message = format!("the views do not catch up with the log: they {how}");
    Failure::new(Exit::Error, message)
        .hint("nothing is lost; is there room on the disk? taskfold doctor says what is wrong")
}

/// Everything that a server is, but for the network.
pub(crate) struct Local(Process);

impl std::fmt::Debug for Local {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Local").finish_non_exhaustive()
    }
}

impl Local {
    /// Opens the database, which is made when there is none; `None` when another process has it open.
    pub(super) async fn try_open(app: &App) -> Result<Option<Self>, Failure> {
        Self::try_start(app, services::alone(app.config())?).await
    }

    async fn try_start(app: &App, options: Options) -> Result<Option<Self>, Failure> {
        let data = &app.config().data;
        make_private_directory(data)
            .map_err(|error| Failure::doing(&data.display().to_string(), error))?;
        match Process::start(options).await {
            Ok(process) => Ok(Some(Self(process))),
            Err(StartError::Log(OpenError::InUse { .. }) | StartError::InUse(_)) => Ok(None),
            Err(StartError::Log(error)) => Err(unopened(app.config(), &error)),
            Err(error @ (StartError::Lack(_) | StartError::Keys(_))) => {
                Err(Failure::usage(error.to_string()))
            }
            Err(error) => Err(Failure::doing("open the database", error)
                .hint("taskfold doctor says what is wrong")),
        }
    }

    /// Opens the database for a server: other commands are waited for, another server is not.
    pub(crate) async fn open_to_serve(app: &App, spans: Recorder) -> Result<Self, Failure> {
        let mut options = services::to_serve(app.config())?;
        options.spans = spans;
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(local) = Self::try_start(app, options.clone()).await? {
                return Ok(local);
            }
            let conflict = |message: String| Failure::new(Exit::Conflict, message);
            if let Some(running) = Running::of(&app.config().data)
                && running.answers().await
            {
                let url = running.url;
                return Err(conflict(format!(
                    "a server runs on this database already, at {url}"
                )));
            }
            if Instant::now() > until {
                return Err(conflict(
                    "the database is in use by another process".to_owned(),
                ));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The HTTP side for people.
    pub(crate) fn router(&self) -> Router {
        self.0.router()
    }

    /// The HTTP side for other processes.
    pub(crate) fn internal_router(&self) -> Router {
        self.0.internal_router()
    }

    /// Health and metrics alone.
    pub(crate) fn health_router(&self) -> Router {
        self.0.health_router()
    }

    /// Waits until the views show all that is in the log. Views that are built anew may take long; views that
    /// stand still may not.
    pub(super) async fn caught_up(&self, app: &App) -> Result<(), Failure> {
        let log = self.0.log();
        let (until, mut still) = (Instant::now() + BUILD, Instant::now() + STANDSTILL);
        let (mut spinner, mut reached) = (None, 0);
        loop {
            if let Some(views) = self.0.views() {
                let partitions = 0..log.partitions();
                let all = partitions
                    .clone()
                    .all(|part| views.watermark(part) >= log.head(part).number);
                if all {
                    return Ok(());
                }
                let now = partitions.map(|part| views.watermark(part)).sum::<u64>();
                if now > reached {
                    (reached, still) = (now, Instant::now() + STANDSTILL);
                }
                if Instant::now() > still {
                    return Err(behind("stand still"));
                }
            }
            if Instant::now() > until {
                return Err(behind("take too long"));
            }
            spinner.get_or_insert_with(|| Progress::spinner("building the views", app.screen.json));
            tokio::time::sleep(LOOK).await;
        }
    }

    /// A token for the person of this computer, whose account is made when there is none.
    pub(crate) async fn make_token(&self) -> Result<String, Failure> {
        let made = self
            .0
            .create_local_token(owner::EMAIL, "this computer")
            .await;
        let made = made.map_err(|error| Failure::doing("make the local account", error))?;
        Ok(made.secret)
    }

    /// Closes the live sockets, so that serving can end.
    pub(crate) fn close_sockets(&self) {
        self.0.close_sockets();
    }

    /// Finishes what is under way and closes the files.
    pub(crate) async fn close(self) {
        self.0.shutdown().await;
    }
}
