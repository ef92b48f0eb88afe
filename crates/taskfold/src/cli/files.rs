//! The files of the data directory, opened directly.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use taskfold_contracts::ids::SystemIds;
use taskfold_contracts::time::SystemClock;
use taskfold_identity::Identity;
use taskfold_log::{Log, OpenError, Options};
use taskfold_views::{OpenError as ViewsError, ServerOptions, Views};

use super::App;
use crate::config::{Config, Credentials, StoreKind};
use crate::exit::{Exit, Failure};
use crate::services;

/// The event log's file.
pub(crate) fn log_path(app: &App) -> PathBuf {
    app.config().data.join("log.db")
}

/// The accounts' file.
pub(crate) fn identity_path(app: &App) -> PathBuf {
    app.config().data.join("identity.db")
}

/// Options of the log's file: it has the partitions that it was made with.
pub(crate) fn options(app: &App) -> Result<Options, Failure> {
    let partitions = Log::partitions_of(&log_path(app));
    let partitions = partitions.map_err(|error| unopened(app.config(), &error))?;
    let default = Options::default();
    Ok(Options {
        partitions: partitions.unwrap_or(default.partitions),
        ..default
    })
}

/// The views' file.
pub(crate) fn views_path(app: &App) -> PathBuf {
    app.config().data.join("views.db")
}

/// Whether the log and the accounts are on servers.
pub(crate) fn on_servers(app: &App) -> bool {
    app.config().store.kind == StoreKind::Postgres
}

/// Opens the log; read-only when it is on servers, or when a server has it open.
pub(crate) async fn open_log(app: &App) -> Result<Log, Failure> {
    if on_servers(app) {
        let config = app.config();
        let (postgres, options) = (services::postgres(config)?, services::log_options(config));
        let log = Log::connect_read_only(postgres, options).await;
        return log.map_err(|error| unopened(app.config(), &error));
    }
    let path = log_path(app);
    refuse_missing(app, &path)?;
    match Log::open(&path, options(app)?, Arc::new(SystemClock)) {
        Ok(log) => Ok(log),
        Err(OpenError::InUse { .. }) => Log::open_read_only(&path, &Options::default())
            .map_err(|error| unopened(app.config(), &error)),
        Err(error) => Err(unopened(app.config(), &error)),
    }
}

/// Opens the log for a command that changes views: in files it must be the only one, on servers all go on.
pub(crate) async fn open_log_beside_views(app: &App) -> Result<Log, Failure> {
    if on_servers(app) {
        open_log(app).await
    } else {
        open_log_alone(app)
    }
}

/// Opens the log for a command that must be the only one.
pub(crate) fn open_log_alone(app: &App) -> Result<Log, Failure> {
    refuse_servers(app, "an administrator can ask a running server for that")?;
    let path = log_path(app);
    refuse_missing(app, &path)?;
    Log::open(&path, options(app)?, Arc::new(SystemClock)).map_err(|error| {
        if let OpenError::InUse { .. } = error {
            return Failure::new(Exit::Conflict, "a running server uses the database")
                .hint("stop the server first");
        }
        unopened(app.config(), &error)
    })
}

/// Refuses to do with databases on servers what is done with files.
pub(crate) fn refuse_servers(app: &App, instead: &str) -> Result<(), Failure> {
    if on_servers(app) {
        let message = "this is for a database in files; store.kind is \"postgres\"";
        return Err(Failure::usage(message).hint(instead));
    }
    Ok(())
}

/// Why the log was not opened, and what to do about it.
pub(crate) fn unopened(config: &Config, error: &OpenError) -> Failure {
    let failure = Failure::doing("open the log", error);
    if let OpenError::Format { stored, known } = error {
        return failure.hint(if stored > known {
            "a newer taskfold wrote this database: update this one; nothing was changed"
        } else {
            "this file is no log of taskfold"
        });
    }
    if config.store.kind == StoreKind::Postgres {
        return failure;
    }
    let data = &config.data;
    if let OpenError::Damaged { .. } = error {
        return failure.hint(RESTORE);
    }
    match closed_to_us(data) {
        Some(path) => failure.hint(format!("chmod u+rw {}", path.display())),
        None => failure.hint(format!(
            "is {} writable, and is there room on the disk? taskfold doctor says more",
            data.display()
        )),
    }
}

/// What to do about a log that is lost or damaged.
pub(crate) const RESTORE: &str = "restore the last backup: taskfold restore-backup FILE";

/// A file of the database in `data` that this process may not read and write.
#[cfg(unix)]
pub(crate) fn closed_to_us(data: &Path) -> Option<PathBuf> {
    use rustix::fs::{Access, access};
    let stored = |name: &str| {
        ["log.db", "identity.db", "views", "lock"]
            .iter()
            .any(|part| name.starts_with(part))
    };
    let entries = std::fs::read_dir(data).ok()?.flatten();
    let mut files = entries.filter(|entry| stored(&entry.file_name().to_string_lossy()));
    files
        .find(|entry| access(entry.path(), Access::READ_OK | Access::WRITE_OK).is_err())
        .map(|entry| entry.path())
}

/// Not known on this system.
#[cfg(not(unix))]
pub(crate) fn closed_to_us(_: &Path) -> Option<PathBuf> {
    None
}

/// How many accounts have no event of their own workspace in the log, or no log at all: it was lost. Only
/// files are looked at.
pub(crate) async fn lost_accounts(app: &App, log: Option<&Log>) -> Result<usize, Failure> {
    let path = identity_path(app);
    if on_servers(app) || !path.is_file() {
        return Ok(0);
    }
    let failed = |error: &dyn std::fmt::Display| Failure::doing("read the accounts", error);
    let identity = open_identity(app).map_err(|error| failed(&error))?;
    let all = identity.personal_workspaces().await;
    let all = all.map_err(|error| failed(&error))?;
    let Some(log) = log else {
        return Ok(all.len());
    };
    let mut lost = 0;
    for workspace in all {
        let first = log.read_workspace(workspace, 0, None, 1).await;
        let first = first.map_err(|error| Failure::doing("read the log", error))?;
        lost += usize::from(first.is_empty());
    }
    Ok(lost)
}

/// Says what to do when nothing is found because the log of this computer was lost.
pub(crate) async fn explain_lost(app: &App, failure: Failure) -> Failure {
    if failure.reason().exit != Exit::NotFound || !matches!(tasks_elsewhere(app), Ok(None)) {
        return failure;
    }
    let Ok(log) = open_log(app).await else {
        return failure;
    };
    let lost = lost_accounts(app, Some(&log)).await;
    log.shutdown().await;
    match lost {
        Ok(0) | Err(_) => failure,
        Ok(_) => failure.hint(format!("the log has lost it; {RESTORE}")),
    }
}

/// Whether events wait that could not be applied to the views in files of this computer: what is read from
/// them lacks these.
pub(crate) async fn waiting(app: &App) -> bool {
    if on_servers(app) || !matches!(tasks_elsewhere(app), Ok(None)) {
        return false;
    }
    let Ok(Some(views)) = look_at_views(app).await else {
        return false;
    };
    let parked = views.read(taskfold_views::deadletters::parked).await;
    parked.is_ok_and(|all| !all.is_empty())
}

/// Opens the views to read them, wherever they are and whoever uses them; none in files that were never built.
pub(crate) async fn look_at_views(app: &App) -> Result<Option<Views>, Failure> {
    if on_servers(app) {
        return open_views(app).await.map(Some);
    }
    Views::open_to_read(&views_path(app)).map_err(|error| Failure::doing("open the views", error))
}

/// Opens the views to change them, wherever they are. In files the caller must have the log to himself.
pub(crate) async fn open_views(app: &App) -> Result<Views, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::doing("open the views", error);
    if !on_servers(app) {
        return Views::open(&views_path(app)).map_err(|error| failed(&error));
    }
    let there = services::views(app.config())?;
    let connecting = tokio::task::spawn_blocking(move || {
        // Whoever looks after them wants to see those that are written.
        let options = ServerOptions::default();
        Views::connect(&there.server, &options)
    });
    match connecting.await.map_err(|error| failed(&error))? {
        Err(ViewsError::OtherVersion { found: 0, .. }) => {
            let failure = Failure::not_found("there are no views yet");
            Err(failure.hint("a processor builds them: taskfold serve"))
        }
        connected => connected.map_err(|error| failed(&error)),
    }
}

/// Refuses a data directory in which nothing was stored yet.
pub(crate) fn refuse_missing(app: &App, path: &std::path::Path) -> Result<(), Failure> {
    if path.is_file() {
        return Ok(());
    }
    let directory = app.config().data.display();
    let failure = Failure::not_found(format!("there is no database in {directory}"));
    if identity_path(app).is_file() {
        return Err(failure.hint(format!(
            "the accounts are there without their log; {RESTORE}"
        )));
    }
    Err(match tasks_elsewhere(app)? {
        Some(server) => failure.hint(format!(
            "this command works on files of this computer, and your tasks are at {server}; \
             run it there, or name a directory with --data"
        )),
        None => failure.hint("name another directory with --data, or add a first task"),
    })
}

/// The server that tasks are at, when they are not on this computer.
pub(crate) fn tasks_elsewhere(app: &App) -> Result<Option<String>, Failure> {
    let signed_in = Credentials::load(&app.environment.config_dir)?.current;
    Ok(app.config().server.clone().or(signed_in))
}

fn open_identity(app: &App) -> Result<Identity, taskfold_identity::OpenError> {
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let options = taskfold_identity::Options::default();
    Identity::open(&identity_path(app), options, clock, ids)
}

/// Copies the accounts to `target`, when there are any, also while a server uses them.
pub(crate) async fn copy_identity(app: &App, target: &std::path::Path) -> Result<(), Failure> {
    let path = identity_path(app);
    if !path.is_file() {
        return Ok(());
    }
    let failed = |error: &dyn std::fmt::Display| Failure::doing("copy the accounts", error);
    let identity = open_identity(app).map_err(|error| failed(&error))?;
    identity
        .backup_to(target)
        .await
        .map_err(|error| failed(&error))
}
