//! The product as services, each behind links of its own to the servers.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use taskfold_kit::{Connection, run_at};
use tokio::process::Command;

use crate::proxy::Proxy;
use crate::service::{Service, Start};
use crate::stack::Stack;
use crate::verdict::WATCH;

/// Each process: its name, its roles, and what tells its views of events.
const PROCESSES: &[(&str, &[&str], &str)] = &[
    ("command-1", &["command"], "log"),
    ("command-2", &["command"], "log"),
    ("processor-1", &["processor"], "log"),
    ("processor-2", &["processor"], "kafka"),
    ("query", &["query"], "log"),
    ("gateway-1", &["gateway"], "log"),
    ("gateway-2", &["gateway"], "log"),
    ("notifier-1", &["notifier"], "log"),
    ("notifier-2", &["notifier"], "log"),
];
/// How long everything may take to be ready.
const READY: Duration = Duration::from_mins(2);

/// All processes.
#[derive(Debug)]
pub(crate) struct Fleet {
    pub(crate) services: Vec<Service>,
    pub(crate) links: Vec<Link>,
    /// What names the stores to commands, past all links.
    pub(crate) direct: Vec<(String, String)>,
    /// The database, as superuser.
    pub(crate) database: String,
    binary: PathBuf,
}

/// A way between two, which can fail.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) proxy: Arc<Proxy>,
}

/// What the fleet is made with.
#[derive(Debug)]
pub(crate) struct Plan<'p> {
    pub(crate) stack: &'p Stack,
    pub(crate) binary: &'p Path,
    pub(crate) home: &'p Path,
    /// Names what this fleet has of its own on the servers.
    pub(crate) number: usize,
    pub(crate) plant: Option<&'p str>,
}

impl Fleet {
    /// Makes an empty database and topics, starts all processes, and waits until they are ready.
    pub(crate) async fn start(plan: &Plan<'_>) -> Result<Self> {
        std::fs::create_dir_all(plan.home)?;
        let stores = Stores::prepare(plan).await?;
        let mut fleet = Self {
            services: Vec::new(),
            links: Vec::new(),
            direct: stores.direct.clone(),
            database: stores.superuser.clone(),
            binary: plan.binary.to_owned(),
        };
        for (name, roles, bus) in PROCESSES {
            fleet.add(plan, &stores, name, roles, bus).await?;
        }
        let until = Instant::now() + READY;
        while let Some(reason) = fleet.unready().await {
            if Instant::now() > until {
                bail!("the services do not get ready: {reason}");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(fleet)
    }

    /// Doors of a role.
    pub(crate) fn doors(&self, role: &str) -> Vec<String> {
        let with = self.services.iter();
        let with = with.filter(|service| service.has(role));
        with.map(|service| service.door.address()).collect()
    }

    async fn add(
        &mut self,
        plan: &Plan<'_>,
        stores: &Stores,
        name: &'static str,
        roles: &'static [&'static str],
        bus: &str,
    ) -> Result<()> {
        let mut links = vec![("postgres", stores.postgres.as_str())];
        if roles.iter().any(|role| ["gateway", "query"].contains(role)) {
            links.push(("redis", &stores.redis));
        }
        let mut environment = stores.common.clone();
        for (to, url) in links {
            let target = host_and_port(url)?;
            let proxy = Arc::new(Proxy::open(0, Some(target.to_owned())).await?);
            let key = match to {
                "postgres" => "TASKFOLD_STORE__URLS",
                _ => "TASKFOLD_REDIS__URL",
            };
            environment.push((key.into(), url.replace(target, &proxy.address())));
            self.links.push(Link {
                from: name,
                to,
                proxy,
            });
        }
        let upstream = |role| {
            let doors = self.doors(role).into_iter();
            list(doors.map(|door| format!("http://{door}")))
        };
        let mut set = |key: &str, value: String| environment.push((key.into(), value));
        set(
            "TASKFOLD_SERVE__ROLES",
            list(roles.iter().map(ToString::to_string)),
        );
        let door = door(roles);
        set(door.variable(), "127.0.0.1:0".into());
        if roles
            .iter()
            .any(|role| ["gateway", "notifier"].contains(role))
        {
            set("TASKFOLD_UPSTREAM__COMMAND", upstream("command"));
        }
        if roles.contains(&"gateway") {
            set("TASKFOLD_UPSTREAM__QUERY", upstream("query"));
        }
        if roles.contains(&"processor") {
            environment.extend(stores.kafka.clone());
            environment.push(("TASKFOLD_BUS__KIND".into(), bus.to_owned()));
        }
        if let Some(bug) = plan.plant {
            environment.push(("TASKFOLD_CRASH__PLANT".into(), bug.to_owned()));
        }
        let start = Start {
            name,
            roles,
            binary: plan.binary.to_owned(),
            home: plan.home.join(name),
            environment,
        };
        let service = Service::start(start).await?;
        if door == Door::Internal {
            self.links.push(Link {
                from: "the others",
                to: name,
                proxy: Arc::clone(&service.door),
            });
        }
        self.services.push(service);
        Ok(())
    }

    /// What is not ready, if anything.
    pub(crate) async fn unready(&self) -> Option<String> {
        for service in &self.services {
            let asking = async {
                let mut connection = Connection::open(&service.door.address()).await?;
                connection.send("GET", "/readyz", None, "").await
            };
            let reason = match tokio::time::timeout(Duration::from_secs(5), asking).await {
                Ok(Ok(answer)) if answer.status == 200 => continue,
                Ok(Ok(answer)) => String::from_utf8_lossy(&answer.body).into_owned(),
                Ok(Err(error)) => error.to_string(),
                Err(_) => "no answer within 5 s".to_owned(),
            };
            return Some(format!("{}: {reason}", service.start.name));
        }
        None
    }

    /// What a query in the database says.
    pub(crate) fn ask(&self, sql: &str) -> Result<String> {
        run_at(&self.database, sql)
    }

    /// Runs a command of the product on the stores; what it says.
    pub(crate) async fn command(&self, words: &[&str]) -> Result<String> {
        command(&self.binary, &self.direct, words).await
    }

    /// Ends all processes, the doors first.
    pub(crate) async fn stop(&mut self) -> Result<()> {
        while let Some(service) = self.services.pop() {
            service.stop().await?;
        }
        Ok(())
    }
}

/// What a process listens for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Clients,
    Internal,
    /// Nobody but who asks how it is.
    Metrics,
}

impl Door {
    fn variable(self) -> &'static str {
        match self {
            Self::Clients => "TASKFOLD_SERVE__LISTEN",
            Self::Internal => "TASKFOLD_SERVE__INTERNAL_LISTEN",
            Self::Metrics => "TASKFOLD_SERVE__METRICS_LISTEN",
        }
    }
}

fn door(roles: &[&str]) -> Door {
    if roles.contains(&"gateway") {
        Door::Clients
    } else if roles.iter().any(|role| ["command", "query"].contains(role)) {
        Door::Internal
    } else {
        Door::Metrics
    }
}

/// Where a fleet keeps everything.
struct Stores {
    superuser: String,
    postgres: String,
    redis: String,
    kafka: Vec<(String, String)>,
    common: Vec<(String, String)>,
    direct: Vec<(String, String)>,
}

impl Stores {
    async fn prepare(plan: &Plan<'_>) -> Result<Self> {
        let stack = plan.stack;
        let name = format!("faults_{}", plan.number);
        let superuser = stack.variable("STACK_POSTGRES_URL")?;
        let template = stack.variable("STACK_POSTGRES_TEMPLATE")?;
        run_at(
            superuser,
            &format!("CREATE DATABASE {name} TEMPLATE {template} OWNER taskfold_owner"),
        )?;
        run_at(
            superuser,
            &format!("GRANT CONNECT ON DATABASE {name} TO taskfold_app"),
        )?;
        let at = |variable| {
            let url = stack.variable(variable)?;
            let (server, _) = url.rsplit_once('/').context("an address")?;
            Ok::<_, anyhow::Error>(format!("{server}/{name}"))
        };
        let (superuser, owner) = (at("STACK_POSTGRES_URL")?, at("STACK_POSTGRES_OWNER_URL")?);
        let postgres = at("STACK_POSTGRES_APP_URL")?;
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let copies = if stack.brokers.len() < 3 {
            ("1", "1")
        } else {
            ("3", "2")
        };
        let brokers = stack.brokers.iter().map(Proxy::address);
        let kafka = vec![
            pair("TASKFOLD_KAFKA__BROKERS", &list(brokers)),
            pair("TASKFOLD_KAFKA__REPLICATION", copies.0),
            pair("TASKFOLD_KAFKA__MIN_INSYNC", copies.1),
            pair(
                "TASKFOLD_REGISTRY__URL",
                stack.variable("STACK_REGISTRY_URL")?,
            ),
        ];
        let keys = plan.home.join("keys");
        let data = plan.home.join("commands");
        // Nobody's own configuration has a part in this.
        let nothing = plan.home.join("none.toml");
        std::fs::write(&nothing, "")?;
        let nothing = nothing.display().to_string();
        let direct = |url: &str| {
            let mut all = vec![
                pair("TASKFOLD_CONFIG", &nothing),
                pair("TASKFOLD_DATA", &data.display().to_string()),
                pair("TASKFOLD_STORE__KIND", "postgres"),
                pair("TASKFOLD_STORE__URLS", url),
            ];
            all.extend(kafka.clone());
            all
        };
        let owned = direct(&owner);
        let directory = keys.display().to_string();
        command(
            plan.binary,
            &owned,
            &["keys", "new", "--directory", &directory],
        )
        .await?;
        command(plan.binary, &owned, &["migrate", "--grant", "taskfold_app"]).await?;
        run_at(&superuser, WATCH)?;
        if plan.number > 0 {
            command(plan.binary, &owned, &["kafka", "remove", "--yes"]).await?;
        }
        command(plan.binary, &owned, &["kafka", "apply"]).await?;
        command(plan.binary, &owned, &["contracts", "publish"]).await?;
        Ok(Self {
            common: vec![
                pair("TASKFOLD_CONFIG", &nothing),
                pair("TASKFOLD_STORE__KIND", "postgres"),
                pair("TASKFOLD_INTERNAL__KEYS", &directory),
                pair("TASKFOLD_RATE_LIMIT__ENABLED", "false"),
                pair("TASKFOLD_LOG__LEVEL", "warn"),
            ],
            direct: direct(&postgres),
            redis: stack.variable("STACK_REDIS_URL")?.to_owned(),
            superuser,
            postgres,
            kafka,
        })
    }
}

async fn command(
    binary: &Path,
    environment: &[(String, String)],
    words: &[&str],
) -> Result<String> {
    let mut command = Command::new(binary);
    command.args(words).kill_on_drop(true);
    command.envs(environment.iter().map(|(key, value)| (key, value)));
    let output = command.output().await.context("run taskfold")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("`{}`: {}\n{said}{why}", words.join(" "), output.status);
    }
    Ok(said)
}

/// A list as variables take it.
fn list(items: impl Iterator<Item = String>) -> String {
    serde_json::Value::from(items.collect::<Vec<_>>()).to_string()
}

fn host_and_port(url: &str) -> Result<&str> {
    let behind = url.rsplit_once('@').map_or(url, |(_, behind)| behind);
    behind.split('/').next().context("an address")
}
