//! A log with its accounts on the way into another place: what moving a store and backups have in common.

use serde_json::{Value, json};
use taskfold_contracts::envelope::hex;
use taskfold_identity::{Contents as Accounts, Identity, Place, TransferError as AccountsError};
use taskfold_log::{
    Comparison, Contents, Destination, Log, OpenError, PostgresOptions, Transfer, TransferError,
};

use super::App;
use crate::exit::{Exit, Failure};
use crate::print::Progress;
use crate::services;

/// A log that is copied, with bars for whoever looks on.
pub(crate) struct Copying {
    transfer: Transfer,
    /// No bars.
    quiet: bool,
}

impl Copying {
    /// Begins, or goes on where an earlier run ended. Accounts that stand in `beside` without a log are nobody's copy.
    pub(crate) async fn begin(
        app: &App,
        source: &Log,
        to: Destination,
        beside: &Place,
        partitions: u32,
    ) -> Result<Self, Failure> {
        let begun = Transfer::begin(source.clone(), to, Some(partitions)).await;
        let transfer = begun.map_err(|error| not_copied(&error))?;
        if transfer.is_fresh() {
            refuse_accounts(beside).await?;
        }
        let quiet = app.screen.json;
        Ok(Self { transfer, quiet })
    }

    /// Events that were copied, by this run or an earlier one.
    pub(crate) fn copied(&self) -> u64 {
        self.transfer.copied()
    }

    /// Copies the events up to the source's end as it stands now; how many came after it.
    pub(crate) async fn events(&mut self) -> Result<u64, Failure> {
        let progress = Progress::bar("copying", 0, self.quiet);
        let bar = progress.clone();
        let copied = self
            .transfer
            .copy_events(move |done, all| bar.at(done, all));
        let copied = copied.await;
        progress.finish();
        copied.map_err(|error| not_copied(&error))?;
        let behind = self.transfer.behind().await;
        behind.map_err(|error| not_copied(&error))
    }

    /// Copies the accounts. Those that an earlier run put there are replaced; those of a copy that was complete before
    /// are somebody's by now.
    pub(crate) async fn accounts(&self, from: Place, to: Place) -> Result<Accounts, Failure> {
        let replace = !self.transfer.is_complete();
        let copied = blocking(move || from.copy_to(&to, replace)).await?;
        copied.map_err(|error| match error {
            AccountsError::NotEmpty(_) => Failure::new(Exit::Conflict, error.to_string())
                .hint("name an empty database or directory; nothing was changed"),
            AccountsError::Open(_) | AccountsError::Unequal => {
                Failure::doing("copy the accounts", error)
            }
        })
    }

    /// Copies what belongs to the events.
    pub(crate) async fn rest(&mut self) -> Result<(), Failure> {
        let copied = self.transfer.copy_rest().await;
        copied.map_err(|error| not_copied(&error))
    }

    /// Reads the copy from its beginning; refuses one that is not equal to the source.
    pub(crate) async fn compared(&self) -> Result<Comparison, Failure> {
        let progress = Progress::bar("verifying", 0, self.quiet);
        let bar = progress.clone();
        let compared = self.transfer.compare(move |done, all| bar.at(done, all));
        let compared = compared.await;
        progress.finish();
        let compared = compared.map_err(|error| not_copied(&error))?;
        match compared.difference() {
            Some(difference) => Err(unequal(difference, &compared)),
            None => Ok(compared),
        }
    }

    /// Makes the copy a log of its own.
    pub(crate) async fn finish(self) -> Result<(), Failure> {
        let finished = self.transfer.finish().await;
        finished.map_err(|error| not_copied(&error))
    }
}

/// The databases that the configuration names, with the tables of log and accounts, which are made when they are
/// not there.
pub(crate) async fn databases(
    app: &App,
    partitions: u32,
) -> Result<(PostgresOptions, Place), Failure> {
    let postgres = services::postgres(app.config())?;
    let migrate = taskfold_log::Migrate {
        partitions,
        ..taskfold_log::Migrate::default()
    };
    let made = Log::migrate(&postgres, &migrate).await;
    made.map_err(|error| unopened(&error))?;
    let server = services::identity(app.config())?;
    let steps = server.clone();
    blocking(move || Identity::migrate(&steps))
        .await?
        .map_err(|error| Failure::doing("make the accounts' tables", error))?;
    Ok((postgres, Place::Server(Box::new(server))))
}

async fn refuse_accounts(place: &Place) -> Result<(), Failure> {
    if let Place::File(path) = place
        && !path.exists()
    {
        return Ok(());
    }
    let place = place.clone();
    let held = blocking(move || place.contents()).await?;
    let held = held.map_err(|error| Failure::doing("look at the accounts", error))?;
    if held.accounts == 0 {
        return Ok(());
    }
    let message = format!("the target is not empty: it has {} accounts", held.accounts);
    Err(Failure::new(Exit::Conflict, message).hint("name an empty database or directory"))
}

/// What a log holds, for programs.
pub(crate) fn as_json(held: &Contents) -> Value {
    json!({
        "events": held.events,
        "hash": hex(&held.hash),
        "idempotency_keys": held.keys,
        "claims": held.claims,
    })
}

fn unequal(difference: &str, compared: &Comparison) -> Failure {
    let message = format!("the copy is not equal: {difference} differs");
    let problems = compared.verification.problems.iter();
    let problems = problems.map(|problem| format!("{}: {}", problem.position, problem.what));
    problems
        .fold(Failure::new(Exit::CheckFailed, message), Failure::detail)
        .hint("the source was not changed: empty the target and begin again")
}

/// Why one of the two logs was not opened.
pub(crate) fn unopened(error: &OpenError) -> Failure {
    match error {
        OpenError::InUse { .. } => {
            Failure::new(Exit::Conflict, "a running server uses the database")
                .hint("stop the server first")
        }
        OpenError::Partitions { .. } => Failure::new(Exit::Conflict, error.to_string())
            .hint("name an empty database, or the number that it has with --partitions"),
        OpenError::File { .. }
        | OpenError::Format { .. }
        | OpenError::Database(_)
        | OpenError::Damaged { .. }
        | OpenError::Storage { .. } => Failure::doing("open the log", error),
    }
}

fn not_copied(error: &TransferError) -> Failure {
    match error {
        TransferError::Open(error) => unopened(error),
        TransferError::NotEmpty { .. } | TransferError::Different { .. } => {
            Failure::new(Exit::Conflict, error.to_string())
                .hint("name an empty database or directory; nothing was changed")
        }
        TransferError::Damaged(_) => Failure::new(Exit::CheckFailed, error.to_string()),
        TransferError::Disorder(_) => Failure::new(Exit::Conflict, error.to_string()),
        TransferError::Read(_) | TransferError::Write(_) => Failure::doing("copy the log", error)
            .hint("nothing is lost: run it again, and it goes on where it ended"),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Failure::doing("copy the store", error))
}
