//! `taskfold contracts`.

use clap::Subcommand;
use serde_json::json;
use taskfold_bus::kafka::{Registry, RegistryError, Stand};
use taskfold_contracts::compatibility;
use taskfold_contracts::events::EventType;

use super::App;
use crate::exit::{Exit, Failure};
use crate::kafka;

/// The schemas of events: whether whoever reads the newest can read all that was ever written
/// (backward transitive), here and in the registry.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Contracts {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Check the newest schemas against all released ones and, where registry.url is set, against the registry's
    Check,
    /// Publish all released schemas to the registry, and have it refuse what is not compatible
    Publish,
}

impl Contracts {
    /// Runs it.
    pub(crate) async fn run(self, app: &App) -> Result<(), Failure> {
        let registry = kafka::registry(app.config())?;
        match self.action {
            Action::Check => check(app, registry).await,
            Action::Publish => {
                let registry = registry.ok_or_else(|| Failure::usage("registry.url is not set"))?;
                publish(app, &registry).await
            }
        }
    }
}

/// What is wrong with a schema.
struct Finding {
    event: &'static str,
    reason: String,
}

async fn check(app: &App, registry: Option<Registry>) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    let (mut compared, mut unpublished) = (0, 0);
    for event_type in EventType::ALL {
        let newest = event_type.schema_version();
        for version in 1..newest {
            compared += 1;
            if let Err(reason) = compatibility::reads(*event_type, version) {
                let (event, reason) = (event_type.as_str(), format!("version {version}: {reason}"));
                wrong.push(Finding { event, reason });
            }
        }
        let Some(registry) = &registry else { continue };
        match registry
            .stand(*event_type, newest)
            .await
            .map_err(|error| away(&error))?
        {
            Stand::Published(_) => {}
            Stand::Compatible => unpublished += 1,
            Stand::Incompatible => wrong.push(Finding {
                event: event_type.as_str(),
                reason: "the registry has versions that it cannot read".to_owned(),
            }),
        }
    }
    let schemas = EventType::ALL.len();
    if app.screen.json {
        let wrong = wrong
            .iter()
            .map(|one| json!({ "event": one.event, "reason": one.reason }));
        app.screen.value(&json!({
            "schemas": schemas,
            "compared": compared,
            "unpublished": registry.is_some().then_some(unpublished),
            "incompatible": wrong.collect::<Vec<_>>(),
        }))?;
    }
    if !wrong.is_empty() {
        let failure = Failure::new(Exit::CheckFailed, "schemas are not compatible");
        let lines = wrong
            .iter()
            .map(|one| format!("{}: {}", one.event, one.reason));
        return Err(lines.fold(failure, Failure::detail));
    }
    if app.screen.json {
        return Ok(());
    }
    app.screen.line(&format!(
        "{schemas} schemas read all that was released ({compared} older versions)"
    ))?;
    match &registry {
        None => app
            .screen
            .line("not compared with a registry: registry.url is not set"),
        Some(_) => app.screen.line(&format!(
            "the registry has {} of them, and would take the others",
            schemas - unpublished
        )),
    }
}

async fn publish(app: &App, registry: &Registry) -> Result<(), Failure> {
    let (mut published, mut known) = (Vec::new(), 0);
    for event_type in EventType::ALL {
        for version in 1..=event_type.schema_version() {
            if let Stand::Published(_) = registry
                .stand(*event_type, version)
                .await
                .map_err(|error| away(&error))?
            {
                known += 1;
            } else {
                let id = registry
                    .publish(*event_type, version)
                    .await
                    .map_err(|error| away(&error))?;
                published.push(json!({
                    "event": event_type.as_str(), "version": version, "id": id,
                }));
            }
            // Also where somebody else published it, or set the subject to less.
            registry
                .protect(*event_type)
                .await
                .map_err(|error| away(&error))?;
        }
    }
    if app.screen.json {
        return app
            .screen
            .value(&json!({ "published": published, "known": known }));
    }
    for one in &published {
        let (event, version, id) = (&one["event"], &one["version"], &one["id"]);
        let event = event.as_str().unwrap_or_default();
        app.screen
            .line(&format!("published {event} v{version} as {id}"))?;
    }
    app.screen.line(&format!(
        "{} published, {known} were there; incompatible ones are refused from now on",
        published.len()
    ))
}

fn away(error: &RegistryError) -> Failure {
    match error {
        RegistryError::Refused { .. } => Failure::new(Exit::Conflict, error.to_string()),
        RegistryError::Unreachable(_) | RegistryError::Unknown { .. } => {
            Failure::new(Exit::Access, error.to_string())
        }
    }
}
