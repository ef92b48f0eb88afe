//! `taskfold migrate`.

use serde_json::json;
use taskfold_bus::Ledger;
use taskfold_identity::Identity;
use taskfold_log::{DatabaseError, Log, OpenError};
use taskfold_views::Views;

use super::App;
use crate::config::StoreKind;
use crate::exit::{Exit, Failure};
use crate::services;

/// Make the databases on PostgreSQL, or bring them up to date, one process at a time. The addresses
/// in `store` must be those of a role that may; servers only check. The tables of views are made by processors.
#[derive(Debug, clap::Args)]
pub(crate) struct Migrate {
    /// Only say whether there is something to do; exit code 6 when there is
    #[arg(long)]
    check: bool,
    /// The role that servers connect as: it is allowed what they need, and no more
    #[arg(long, value_name = "ROLE", conflicts_with = "check")]
    grant: Option<String>,
}

impl Migrate {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        if app.config().store.kind == StoreKind::Sqlite {
            return Err(Failure::usage(
                "store.kind is \"sqlite\": its files migrate themselves",
            ));
        }
        if self.check {
            check(app).await
        } else {
            migrate(app, self.grant).await
        }
    }
}

async fn migrate(app: &App, grant: Option<String>) -> Result<(), Failure> {
    let config = app.config();
    let failed = |error: &dyn std::fmt::Display| Failure::doing("migrate", error);
    let wanted = taskfold_log::Migrate {
        partitions: config.store.partitions.get(),
        role: grant.clone(),
        ..taskfold_log::Migrate::default()
    };
    let postgres = services::postgres(config)?;
    let log = Log::migrate(&postgres, &wanted).await;
    let log = log.map_err(|error| failed(&error))?;
    let (accounts, bus) = (services::identity(config)?, services::bus(config)?);
    let role = grant.clone();
    let steps = blocking(move || {
        let steps = Identity::migrate(&accounts)?;
        if let Some(role) = &role {
            Identity::grant(&accounts, role)?;
        }
        Ok::<_, taskfold_identity::OpenError>(steps)
    })
    .await?
    .map_err(|error| failed(&error))?;
    let role = grant.clone();
    let bus_steps = blocking(move || {
        let steps = Ledger::migrate(&bus)?;
        if let Some(role) = &role {
            Ledger::grant(&bus, role)?;
        }
        Ok::<_, taskfold_bus::LedgerError>(steps)
    })
    .await?
    .map_err(|error| failed(&error))?;
    let server = services::views(config)?.server;
    let prepared = blocking(move || {
        let prepared = Views::prepare(&server)?;
        if let Some(role) = &grant {
            Views::grant(&server, role)?;
        }
        Ok::<_, taskfold_views::OpenError>(prepared)
    })
    .await?
    .map_err(|error| failed(&error))?;
    if app.screen.json {
        let log = log
            .iter()
            .map(|(shard, name)| json!({ "shard": shard, "migration": name }));
        let log: Vec<_> = log.collect();
        return app
            .screen
            .value(&json!({ "log": log, "identity_steps": steps, "bus_steps": bus_steps, "views_prepared": prepared }));
    }
    for (shard, name) in &log {
        app.screen
            .line(&format!("log, database {shard}: applied {name}"))?;
    }
    if steps > 0 {
        app.screen.line(&format!("accounts: {steps} steps made"))?;
    }
    if bus_steps > 0 {
        app.screen.line(&format!("bus: {bus_steps} steps made"))?;
    }
    if prepared {
        app.screen.line("views: prepared")?;
    }
    if log.is_empty() && steps + bus_steps == 0 && !prepared {
        app.screen.line("everything is up to date")?;
    }
    Ok(())
}

/// Servers would start, or it is said why they would not.
async fn check(app: &App) -> Result<(), Failure> {
    let config = app.config();
    let mut missing = Vec::new();
    let (postgres, options) = (services::postgres(config)?, services::log_options(config));
    match Log::connect_read_only(postgres, options).await {
        Ok(log) => log.shutdown().await,
        Err(error @ OpenError::Database(DatabaseError::Migrate { .. })) => {
            missing.push(error.to_string());
        }
        Err(error) => return Err(Failure::doing("look at the log", error)),
    }
    let server = services::identity(config)?;
    let behind = blocking(move || Identity::behind(&server))
        .await?
        .map_err(|error| Failure::doing("look at the accounts", error))?;
    if behind > 0 {
        missing.push(format!("the accounts are {behind} steps behind"));
    }
    let server = services::bus(config)?;
    let behind = blocking(move || Ledger::behind(&server))
        .await?
        .map_err(|error| Failure::doing("look at the bus", error))?;
    if behind > 0 {
        missing.push(format!("the bus is {behind} steps behind"));
    }
    let server = services::views(config)?.server;
    let prepared = blocking(move || Views::are_prepared(&server))
        .await?
        .map_err(|error| Failure::doing("look at the views", error))?;
    if !prepared {
        missing.push("nothing is prepared for the views".to_owned());
    }
    if app.screen.json {
        app.screen.value(&json!({ "missing": missing }))?;
    }
    if missing.is_empty() {
        return if app.screen.json {
            Ok(())
        } else {
            app.screen.line("everything is up to date")
        };
    }
    let failure = Failure::new(Exit::CheckFailed, "the databases are behind this program");
    let failure = missing.into_iter().fold(failure, Failure::detail);
    Err(failure.hint("taskfold migrate"))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Failure::doing("migrate", error))
}
