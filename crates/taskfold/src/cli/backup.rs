//! `taskfold backup` and `taskfold restore-backup`.
//!
//! A backup is one ZIP file: the log, the accounts, and `manifest.json`, which says what the log's
//! chain was, so that a backup that was changed is told from one that was not.

mod archive;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use taskfold_contracts::position::Position;
use taskfold_log::{Log, Options};

use super::{App, files, log};
use crate::config::make_private_directory;
use crate::exit::{Exit, Failure};
use crate::print::style;

use archive::{Manifest, PARTS};

/// Back the database up into one file, also while a server uses it. Keep the file as safe as the
/// database: it holds everything.
#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    /// The file, which must not exist
    file: PathBuf,
}

/// Verify a backup, then put it in the place of the database. The old one is kept aside.
#[derive(Debug, clap::Args)]
pub(crate) struct RestoreBackup {
    /// The backup
    file: PathBuf,
    /// Only verify it
    #[arg(long)]
    verify_only: bool,
}

/// A directory that goes when the command ends, however it ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(parent: &Path) -> std::io::Result<Self> {
        let path = parent.join(format!(".taskfold-{}", std::process::id()));
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        make_private_directory(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "a temporary directory was left behind");
        }
    }
}

/// How databases on servers are backed up.
const BY_SERVER: &str = "databases on PostgreSQL are backed up with its own tools, such as pg_dump";

impl Backup {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        files::refuse_servers(app, BY_SERVER)?;
        if self.file.exists() {
            return Err(Failure::new(
                Exit::Conflict,
                format!("{} exists", self.file.display()),
            ));
        }
        let parent = self
            .file
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        if !parent.is_dir() {
            let message = format!("there is no directory {}", parent.display());
            return Err(Failure::not_found(message).hint("make it first, or name another"));
        }
        let scratch = Scratch::new(parent)?;
        let source = files::open_log(app).await?;
        let copied = source.backup_to(&scratch.0.join("log.db")).await;
        source.shutdown().await;
        copied.map_err(|error| Failure::doing("copy the log", error))?;
        files::copy_identity(app, &scratch.0.join("identity.db")).await?;
        let manifest = manifest(app, &scratch.0).await?;
        let bytes = archive::write(&self.file, &scratch.0, &manifest)
            .map_err(|error| Failure::doing("write the backup", error))?;
        if app.screen.json {
            return app
                .screen
                .value(&json!({ "file": self.file, "bytes": bytes, "manifest": manifest }));
        }
        let verdict = app.screen.paint(style::GOOD, "backed up");
        let (events, size) = (manifest.events, log::bytes(bytes));
        app.screen.line(&format!(
            "{verdict} {events} events, {size}, {}",
            self.file.display()
        ))
    }
}

/// Verifies the copy of the log in `directory` and says what is in it.
async fn manifest(app: &App, directory: &Path) -> Result<Manifest, Failure> {
    let copy =
        Log::open_read_only(&directory.join("log.db"), &Options::default()).map_err(|error| {
            Failure::new(Exit::CheckFailed, format!("the log of the backup: {error}"))
        })?;
    let verified = log::check(app, &copy).await;
    let heads: Vec<Position> = (0..copy.partitions())
        .map(|partition| copy.head(partition))
        .collect();
    copy.shutdown().await;
    let verified = verified?;
    Ok(Manifest {
        format: archive::FORMAT,
        made_at: app.screen.now().timestamp().to_string(),
        made_by: concat!("taskfold ", env!("CARGO_PKG_VERSION")).to_owned(),
        events: verified.events,
        heads,
        chain: log::hex_of(&verified.hashes),
        parts: archive::digests(directory)
            .map_err(|error| Failure::doing("read the backup", error))?,
    })
}

impl RestoreBackup {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        files::refuse_servers(app, BY_SERVER)?;
        if !self.file.exists() {
            let message = format!("there is no file {}", self.file.display());
            return Err(Failure::not_found(message).hint("name a file that taskfold backup made"));
        }
        let data = &app.config().data;
        make_private_directory(data)?;
        let scratch = Scratch::new(data)?;
        let refused = |why: String| {
            Failure::new(
                Exit::CheckFailed,
                format!("{} is refused: {why}", self.file.display()),
            )
            .hint("the database was not touched")
        };
        let stored =
            archive::read(&self.file, &scratch.0).map_err(|error| refused(error.to_string()))?;
        let found = manifest(app, &scratch.0).await.map_err(|failure| {
            let details = failure.reason().details.clone();
            details
                .into_iter()
                .fold(refused(failure.to_string()), Failure::detail)
        })?;
        if let Some(difference) = stored.difference(&found) {
            return Err(refused(format!(
                "{difference} is not what the manifest says"
            )));
        }
        if self.verify_only {
            return told(app, "verified", &stored, None);
        }
        let aside = put_in_place(app, &scratch.0).await?;
        told(app, "restored", &stored, aside.as_deref())
    }
}

fn told(app: &App, verb: &str, manifest: &Manifest, aside: Option<&Path>) -> Result<(), Failure> {
    if app.screen.json {
        return app
            .screen
            .value(&json!({ "outcome": verb, "manifest": manifest, "aside": aside }));
    }
    let verdict = app.screen.paint(style::GOOD, verb);
    app.screen.line(&format!(
        "{verdict} {} events of {}",
        manifest.events, manifest.made_at
    ))?;
    if let Some(aside) = aside {
        app.screen
            .note(&format!("the old database is in {}", aside.display()));
    }
    Ok(())
}

/// Moves the old files aside and the new ones in; gives the directory of the old ones. The views
/// are rebuilt when the database is next used.
async fn put_in_place(app: &App, from: &Path) -> Result<Option<PathBuf>, Failure> {
    let data = &app.config().data;
    let mut aside = None;
    if files::log_path(app).is_file() {
        let old = files::open_log_alone(app)?;
        // Everything is in the file itself before it moves.
        old.checkpoint()
            .await
            .map_err(|error| Failure::doing("close the old database", error))?;
        old.shutdown().await;
        let stamp = app.screen.now().strftime("%Y-%m-%dT%H-%M-%S");
        let directory = data.join(format!("before-restore-{stamp}"));
        make_private_directory(&directory)?;
        for entry in fs::read_dir(data)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if ["log.db", "identity.db", "views"]
                .iter()
                .any(|part| name.starts_with(part))
            {
                fs::rename(entry.path(), directory.join(&*name))?;
            }
        }
        aside = Some(directory);
    }
    for part in PARTS {
        if from.join(part).is_file() {
            fs::rename(from.join(part), data.join(part))?;
        }
    }
    fs::File::open(data)?.sync_all()?;
    Ok(aside)
}
