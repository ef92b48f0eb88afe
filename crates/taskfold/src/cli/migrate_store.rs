//! `taskfold migrate-store`.

use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use taskfold_contracts::envelope::hex;
use taskfold_contracts::time::SystemClock;
use taskfold_identity::{self as identity, Place};
use taskfold_log::{Comparison, Destination, Log, OpenError};

use super::copying::{self, Copying, as_json, unopened};
use super::{App, files};
use crate::config::StoreKind;
use crate::exit::{Exit, Failure};
use crate::print::style;
use crate::services;

/// With `--final`, so often is looked for what was appended meanwhile.
const PASSES: u32 = 100;

/// Move the log and the accounts from files to PostgreSQL, or back. What is in `data` and what `store` names
/// are the two places, whatever `store.kind` is. Stop all servers first, or copy most of it while they run and
/// the rest with `--final`. A copy that was ended anywhere goes on when the command is run again.
#[derive(Debug, clap::Args)]
pub(crate) struct MigrateStore {
    /// Where log and accounts are: sqlite or postgres
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    from: StoreKind,
    /// Where they are to be
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    to: StoreKind,
    /// Partitions of the new log, when not those of the old one: events then get new positions and hashes
    #[arg(long, value_name = "N")]
    partitions: Option<NonZeroU32>,
    /// Copy on until nothing was appended meanwhile
    #[arg(long = "final")]
    to_the_end: bool,
}

/// What was done.
struct Moved {
    compared: Comparison,
    accounts: identity::Contents,
    copied: u64,
    partitions: u32,
    /// Positions are others than before.
    cut_anew: bool,
}

impl MigrateStore {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        if self.from == self.to {
            return Err(Failure::usage("--from and --to are the same"));
        }
        let source = self.source(app).await?;
        let moved = self.copy(app, &source).await;
        source.shutdown().await;
        let moved = moved?;
        if moved.cut_anew {
            forget_views(&app.config().data)?;
        }
        self.tell(app, &moved)
    }

    /// The log as it is now; no server may use its file.
    async fn source(&self, app: &App) -> Result<Log, Failure> {
        match self.from {
            StoreKind::Sqlite => {
                let path = files::log_path(app);
                files::refuse_missing(app, &path)?;
                let opened = Log::open(&path, files::options(app)?, Arc::new(SystemClock));
                opened.map_err(|error| unopened(&error))
            }
            StoreKind::Postgres => {
                let config = app.config();
                let postgres = services::postgres(config)?;
                let opened = Log::connect_read_only(postgres, services::log_options(config));
                opened.await.map_err(|error| match error {
                    OpenError::Partitions { stored, .. } => {
                        Failure::new(Exit::Conflict, error.to_string())
                            .hint(format!("set store.partitions = {stored}"))
                    }
                    OpenError::InUse { .. }
                    | OpenError::File { .. }
                    | OpenError::Format { .. }
                    | OpenError::Database(_)
                    | OpenError::Damaged { .. }
                    | OpenError::Storage { .. } => unopened(&error),
                })
            }
        }
    }

    async fn copy(&self, app: &App, source: &Log) -> Result<Moved, Failure> {
        let partitions = self.partitions.map_or(source.partitions(), NonZeroU32::get);
        let (destination, accounts) = self.target(app, partitions).await?;
        let mut copying =
            Copying::begin(app, source, destination, &accounts.place, partitions).await?;
        let before = copying.copied();
        let behind = self.copy_events(&mut copying).await?;
        if behind > 0 {
            let message =
                format!("{behind} events were appended meanwhile: the copy is not complete");
            return Err(Failure::new(Exit::Conflict, message)
                .hint("stop the servers, then run it again with --final"));
        }
        copying.rest().await?;
        let from = match self.from {
            StoreKind::Sqlite => Place::File(files::identity_path(app)),
            StoreKind::Postgres => Place::Server(Box::new(services::identity(app.config())?)),
        };
        let held = copying.accounts(from, accounts.place.clone()).await?;
        let compared = copying.compared().await?;
        let copied = copying.copied() - before;
        accounts.put_in_place()?;
        copying.finish().await?;
        Ok(Moved {
            compared,
            accounts: held,
            copied,
            partitions,
            cut_anew: partitions != source.partitions(),
        })
    }

    /// Copies to the end as it stands at the beginning, or as it stands at last. How many events came after it.
    async fn copy_events(&self, copying: &mut Copying) -> Result<u64, Failure> {
        let mut behind = 1;
        let passes = if self.to_the_end { PASSES } else { 1 };
        for _ in 0..passes {
            behind = copying.events().await?;
            if behind == 0 {
                break;
            }
        }
        Ok(behind)
    }

    /// Where log and accounts are copied to; on PostgreSQL the tables are made.
    async fn target(&self, app: &App, partitions: u32) -> Result<(Destination, Accounts), Failure> {
        match self.to {
            StoreKind::Sqlite => {
                fs::create_dir_all(&app.config().data)?;
                let accounts = Accounts::in_file(files::identity_path(app));
                Ok((Destination::File(files::log_path(app)), accounts))
            }
            StoreKind::Postgres => {
                let (postgres, place) = copying::databases(app, partitions).await?;
                let accounts = Accounts { place, name: None };
                Ok((Destination::Databases(postgres), accounts))
            }
        }
    }

    fn tell(&self, app: &App, moved: &Moved) -> Result<(), Failure> {
        let (source, target) = (&moved.compared.source, &moved.compared.target);
        if app.screen.json {
            return app.screen.value(&json!({
                "from": self.from,
                "to": self.to,
                "partitions": moved.partitions,
                "positions_kept": !moved.cut_anew,
                "copied_now": moved.copied,
                "source": as_json(source),
                "target": as_json(target),
                "equal": source == target,
                "accounts": moved.accounts.accounts,
                "sessions": moved.accounts.sessions,
                "tokens": moved.accounts.tokens,
            }));
        }
        let hash = if moved.cut_anew { "content" } else { "chain" };
        for (kind, held) in [(self.from, source), (self.to, target)] {
            let (kind, sum) = (kind.name(), hex(&held.hash));
            let (events, keys, claims) = (held.events, held.keys, held.claims);
            app.screen.line(&format!(
                "{kind:8} {events} events, {keys} idempotency keys, {claims} claims, {hash} {sum}"
            ))?;
        }
        let held = &moved.accounts;
        let verdict = app.screen.paint(style::GOOD, "equal");
        app.screen.line(&format!(
            "{verdict}: the log, {} accounts, {} sessions, {} tokens",
            held.accounts, held.sessions, held.tokens
        ))?;
        app.screen.note(&match self.to {
            StoreKind::Sqlite => "set store.kind = \"sqlite\" and remove store.urls".to_owned(),
            StoreKind::Postgres => format!(
                "set store.kind = \"postgres\" and store.partitions = {}",
                moved.partitions
            ),
        });
        Ok(())
    }
}

/// Where the accounts are copied to.
struct Accounts {
    place: Place,
    /// The file's name at the end.
    name: Option<PathBuf>,
}

impl Accounts {
    fn in_file(name: PathBuf) -> Self {
        let mut path = name.clone().into_os_string();
        if !name.exists() {
            path.push(".partial");
        }
        Self {
            place: Place::File(path.into()),
            name: Some(name),
        }
    }

    /// Gives a file its name. The log gets its own after it.
    fn put_in_place(&self) -> Result<(), Failure> {
        if let (Place::File(path), Some(name)) = (&self.place, &self.name)
            && path != name
        {
            fs::File::open(path)?.sync_all()?;
            fs::rename(path, name)?;
        }
        Ok(())
    }
}

/// Views of other positions are wrong; they are built anew.
fn forget_views(data: &Path) -> Result<(), Failure> {
    for entry in fs::read_dir(data)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("views") && entry.path().is_file() {
            fs::remove_file(entry.path())?;
        } else if name == "snapshots" {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
