//! `taskfold backup` and `taskfold restore-backup`.
//!
//! A backup is one ZIP file: the log, the accounts, and `manifest.json`, which says what the log's
//! chain was, so that a backup that was changed is told from one that was not. It is the same wherever the
//! database is: one that was made on PostgreSQL can be restored into files, and the other way round.

mod archive;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use taskfold_contracts::position::Position;
use taskfold_identity::Place;
use taskfold_log::{Destination, Log, Options};

use super::copying::{self, Copying};
use super::{App, files, log};
use crate::config::make_private_directory;
use crate::exit::{Exit, Failure};
use crate::print::style;
use crate::services;

use archive::{ACCOUNTS, LOG, Manifest, PARTS};

/// Back the database up into one file, also while a server uses it. Keep the file as safe as the
/// database: it holds everything.
#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    /// The file, which must not exist
    file: PathBuf,
}

/// Verify a backup, then put it in the place of the database. Files are kept aside; databases on PostgreSQL must
/// be empty, so that nothing is replaced in them.
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

impl Backup {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
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
        if files::on_servers(app) {
            copy_from_servers(app, &scratch.0).await?;
        } else {
            copy_files(app, &scratch.0).await?;
        }
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

/// Copies log and accounts into `directory`, while a server may use them.
async fn copy_files(app: &App, directory: &Path) -> Result<(), Failure> {
    let source = files::open_log(app).await?;
    let copied = source.backup_to(&directory.join(LOG)).await;
    source.shutdown().await;
    copied.map_err(|error| Failure::doing("copy the log", error))?;
    files::copy_identity(app, &directory.join(ACCOUNTS)).await
}

/// Copies log and accounts into files in `directory`, while services use them. The ends of the partitions are noted
/// first, and the copy goes up to there: no transaction stays open for it.
async fn copy_from_servers(app: &App, directory: &Path) -> Result<(), Failure> {
    let source = files::open_log(app).await?;
    let copied = copy_into(app, &source, directory).await;
    source.shutdown().await;
    copied
}

async fn copy_into(app: &App, source: &Log, directory: &Path) -> Result<(), Failure> {
    // Accounts first: an account whose person the log does not know could not be used.
    let accounts = Place::File(directory.join(ACCOUNTS));
    let server = Place::Server(Box::new(services::identity(app.config())?));
    let to = Destination::File(directory.join(LOG));
    let partitions = source.partitions();
    let mut copying = Copying::begin(app, source, to, &accounts, partitions).await?;
    copying.accounts(server, accounts).await?;
    copying.events().await?;
    copying.rest().await?;
    // Each row was compared when it was copied; the whole file is verified with its manifest.
    copying.finish().await
}

/// Verifies the copy of the log in `directory` and says what is in it.
async fn manifest(app: &App, directory: &Path) -> Result<Manifest, Failure> {
    let copy = Log::open_read_only(&directory.join(LOG), &Options::default()).map_err(|error| {
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
        let aside = if files::on_servers(app) {
            fill_servers(app, &scratch.0).await?;
            None
        } else {
            put_in_place(app, &scratch.0).await?
        };
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

/// Copies log and accounts from `directory` into databases that have none, and compares them. A run that was ended
/// is gone on with by the next.
async fn fill_servers(app: &App, directory: &Path) -> Result<(), Failure> {
    let source = Log::open_read_only(&directory.join(LOG), &Options::default());
    let source = source.map_err(|error| copying::unopened(&error))?;
    let filled = fill_from(app, &source, directory.join(ACCOUNTS)).await;
    source.shutdown().await;
    filled
}

async fn fill_from(app: &App, source: &Log, accounts: PathBuf) -> Result<(), Failure> {
    let (partitions, wanted) = (source.partitions(), app.config().store.partitions.get());
    if partitions != wanted {
        let message =
            format!("the backup has {partitions} partitions, store.partitions is {wanted}");
        return Err(Failure::new(Exit::Conflict, message).hint(format!(
            "set store.partitions = {partitions}; or restore it into files, and migrate-store \
             --partitions cuts it anew"
        )));
    }
    let (postgres, place) = copying::databases(app, partitions).await?;
    let to = Destination::Databases(postgres);
    let mut copying = Copying::begin(app, source, to, &place, partitions).await?;
    copying.events().await?;
    copying.rest().await?;
    if accounts.is_file() {
        copying.accounts(Place::File(accounts), place).await?;
    }
    copying.compared().await?;
    copying.finish().await
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
            if [LOG, ACCOUNTS, "views"]
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
