//! From the configuration to what a process is started with.

use std::collections::BTreeSet;
use std::time::Duration;

use http::HeaderValue;
use taskfold_log::{Log, PostgresOptions};
use taskfold_roles::gateway::Rate;
use taskfold_roles::internal::Address;
use taskfold_roles::process::{Options, Role, Servers, Store, ViewsServer, Wire};
use taskfold_roles::redis::Redis;
use taskfold_sql::Server;
use taskfold_views::ServerOptions;
use url::Url;

use crate::cli::unopened;
use crate::config::{Config, Registration, Secret, StoreKind};
use crate::exit::Failure;
use crate::kafka;

/// The roles that the configuration names.
///
/// # Errors
/// A value cannot be used, or something that the roles need is not there.
pub(crate) fn to_serve(config: &Config) -> Result<Options, Failure> {
    let mut options = alone(config)?;
    options.roles = config.serve.roles.iter().copied().collect();
    options.wire = Wire {
        listens: config.serve.internal_listen.is_some(),
        command: addresses("upstream.command", &config.upstream.command)?,
        query: addresses("upstream.query", &config.upstream.query)?,
        keys: config.internal.keys.clone(),
        ..Wire::default()
    };
    if let Some(url) = &config.redis.url {
        let redis = Redis::connect(url.reveal());
        let redis = redis.map_err(|error| Failure::usage(error.to_string()))?;
        options.redis = Some(redis);
    }
    if options.has(Role::Processor) {
        options.kafka = kafka::used(config)?;
    }
    options
        .check()
        .map_err(|lack| Failure::usage(lack.to_string()))?;
    Ok(options)
}

/// All roles in this process, for a command that finds no server.
///
/// # Errors
/// A value cannot be used.
pub(crate) fn alone(config: &Config) -> Result<Options, Failure> {
    let mut options = Options::new(&config.data);
    options.roles = BTreeSet::from(Role::ALL);
    // Reminders fire where somebody serves, not in passing.
    options.roles.remove(&Role::Notifier);
    options.views_lag = Duration::from_secs(config.serve.views_lag_seconds.get().into());
    options.keys_live = Duration::from_hours(24) * config.serve.idempotency_days.get();
    options.store = match config.store.kind {
        StoreKind::Sqlite => {
            if !config.store.urls.is_empty() {
                let message = "store.urls is set, but store.kind is \"sqlite\"";
                return Err(Failure::usage(message).hint("store.kind = \"postgres\""));
            }
            // A log that came from PostgreSQL keeps the partitions that it had there.
            let partitions = Log::partitions_of(&config.data.join("log.db"));
            let partitions = partitions.map_err(|error| unopened(config, &error))?;
            options.log.partitions = partitions.unwrap_or(options.log.partitions);
            Store::Files
        }
        StoreKind::Postgres => {
            options.log = log_options(config);
            Store::Servers(Box::new(Servers {
                log: postgres(config)?,
                identity: identity(config)?,
                bus: bus(config)?,
                views: views(config)?,
            }))
        }
    };
    let gateway = &mut options.gateway;
    gateway.registration_open = config.serve.registration == Registration::Open;
    gateway.https = config
        .serve
        .public_url
        .as_deref()
        .is_some_and(|url| url.starts_with("https://"));
    let origins = config.serve.web_origins.iter().map(|text| origin(text));
    gateway.web_origins = origins.collect::<Result<_, _>>()?;
    if config.rate_limit.enabled {
        let (per_second, burst) = (config.rate_limit.per_second, config.rate_limit.burst);
        gateway.rate = Some(Rate { per_second, burst });
    } else {
        gateway.rate = None;
        gateway.sign_in_rate = None;
    }
    Ok(options)
}

/// An origin as browsers send it: scheme, host and port, nothing behind.
fn origin(text: &str) -> Result<HeaderValue, Failure> {
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
    let sent = url.map(|url| url.origin().ascii_serialization());
    let value = sent
        .filter(|sent| sent == text)
        .and_then(|sent| HeaderValue::from_str(&sent).ok());
    value.ok_or_else(|| {
        let message = format!("serve.web_origins: {text:?} is no origin");
        Failure::usage(message).hint("scheme, host and port alone, such as https://app.example.org")
    })
}

/// How a log on PostgreSQL behaves in this process.
pub(crate) fn log_options(config: &Config) -> taskfold_log::Options {
    taskfold_log::Options {
        partitions: config.store.partitions.get(),
        ..taskfold_log::Options::default()
    }
}

/// Where the log's databases are.
///
/// # Errors
/// None is named.
pub(crate) fn postgres(config: &Config) -> Result<PostgresOptions, Failure> {
    let urls = config.store.urls.iter().map(Secret::reveal);
    let urls: Vec<_> = urls.map(str::to_owned).collect();
    if urls.is_empty() {
        let message = "store.kind = \"postgres\" needs store.urls or store.urls_file";
        return Err(Failure::usage(message));
    }
    let mut postgres = PostgresOptions::new(urls);
    postgres.lanes = usize::try_from(config.store.lanes.get()).unwrap_or(usize::MAX);
    Ok(postgres)
}

/// Where the accounts are.
///
/// # Errors
/// No database is named, or its address cannot be used.
pub(crate) fn identity(config: &Config) -> Result<Server, Failure> {
    let url = config.store.identity_url.as_ref();
    let server = server(config, "store.identity_url", url)?;
    Ok(server.with_name("taskfold-identity"))
}

/// Where the views are.
///
/// # Errors
/// As for [`identity`].
pub(crate) fn views(config: &Config) -> Result<ViewsServer, Failure> {
    let store = &config.store;
    let replica = match &store.replica_url {
        Some(url) => Some(server(config, "store.replica_url", Some(url))?),
        None => None,
    };
    Ok(ViewsServer {
        server: server(config, "store.views_url", store.views_url.as_ref())?,
        options: ServerOptions {
            replica,
            ..ServerOptions::default()
        },
    })
}

/// The database that is named, else the first of the log's.
fn server(config: &Config, key: &str, url: Option<&Secret>) -> Result<Server, Failure> {
    let (key, url) = match url {
        Some(url) => (key, Some(url)),
        None => ("store.urls", config.store.urls.first()),
    };
    let url = url.map(Secret::reveal).unwrap_or_default();
    Server::parse(url).map_err(|error| Failure::usage(format!("`{key}`: {error}")))
}

/// Where processors tell each other about their work: beside the log.
///
/// # Errors
/// No database is named, or its address cannot be used.
pub(crate) fn bus(config: &Config) -> Result<Server, Failure> {
    let url = config.store.urls.first().map(Secret::reveal);
    Server::parse(url.unwrap_or_default())
        .map(|server| server.with_name("taskfold-bus"))
        .map_err(|error| Failure::usage(format!("`store.urls`: {error}")))
}

fn addresses(key: &str, texts: &[String]) -> Result<Vec<Address>, Failure> {
    let parsed = texts.iter().map(|text| {
        text.parse()
            .map_err(|error| Failure::usage(format!("`{key}`: {error}")))
    });
    parsed.collect()
}
