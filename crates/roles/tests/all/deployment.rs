//! The roles as they are run: together, or each behind a listener of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use axum::Router;
use taskfold_bus::Ledger;
use taskfold_identity::{Identity, NewToken};
use taskfold_kit::Postgres;
use taskfold_log::{Log, Migrate, PostgresOptions, WriteError};
use taskfold_roles::internal::generate;
use taskfold_roles::process::{
    LocalError, Options, Process, Role, Servers, Store, Stores, ViewsServer, Wire,
};
use taskfold_sql as sql;
use taskfold_views::{ServerOptions, Views};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::kit::PATIENCE;
use crate::topics::{self, Taken};

/// A router on a free port.
pub(crate) struct Serving {
    address: SocketAddr,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Serving {
    pub(crate) async fn begin(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        #[allow(clippy::disallowed_methods, reason = "the handle is kept and awaited")]
        let task = tokio::spawn(async move {
            axum::serve(listener, service)
                .with_graceful_shutdown(stopped)
                .await
                .unwrap();
        });
        Self {
            address,
            stop,
            task,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no more, and waits for what was begun.
    pub(crate) async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

#[allow(clippy::disallowed_methods, reason = "how the tests are run")]
fn wanted(variable: &str, value: &str) -> bool {
    std::env::var(variable).is_ok_and(|found| found == value)
}

/// Where the database of a data directory is noted.
fn place(data: &Path) -> PathBuf {
    data.join("postgres")
}

/// A database for a data directory, the same for every start there.
async fn servers(options: &Options) -> Store {
    let place = place(&options.data_dir);
    let known = std::fs::read_to_string(&place);
    let url = known.unwrap_or_else(|_| Postgres::shared().database().unwrap());
    std::fs::write(&place, &url).unwrap();
    Store::Servers(Box::new(prepare(&url, options.log.partitions).await))
}

/// Makes what an operator makes with `taskfold migrate`.
pub(crate) async fn prepare(url: &str, partitions: u32) -> Servers {
    let log = PostgresOptions::new(vec![url.to_owned()]);
    let migrate = Migrate {
        partitions,
        ..Migrate::default()
    };
    Log::migrate(&log, &migrate).await.unwrap();
    let server = sql::Server::parse(url).unwrap();
    let identity = server.clone();
    let made = tokio::task::spawn_blocking(move || {
        Identity::migrate(&server).unwrap();
        Ledger::migrate(&server).unwrap();
        Views::prepare(&server).unwrap();
    });
    made.await.unwrap();
    // Many of them are in one process here.
    let options = ServerOptions {
        readers: 4,
        writers: 2,
        replica: None,
    };
    let views = ViewsServer {
        server: identity.clone(),
        options,
    };
    Servers {
        log,
        bus: identity.clone(),
        identity,
        views,
    }
}

/// Removes the views of a data directory that nobody has open.
pub(crate) fn delete_views(data: &Path) {
    if let Ok(url) = std::fs::read_to_string(place(data)) {
        let gone = "DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^views(_[0-9]+)?$'
            LOOP EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP; END $$";
        let server = sql::Server::parse(&url).unwrap();
        let connection = sql::Connection::postgres(&server).unwrap();
        connection.batch(gone).unwrap();
    }
    for name in ["views.db", "views.db-wal", "views.db-shm"] {
        drop(std::fs::remove_file(data.join(name)));
    }
}

/// The roles, running.
pub(crate) struct Deployment {
    pub(crate) front: Process,
    /// The other roles, when they are not in `front`: command first.
    pub(crate) behind: Vec<(Serving, Process)>,
    /// In files all use the same stores.
    shared: Option<Stores>,
    /// Given back last.
    topics: Option<Taken>,
}

impl Deployment {
    /// All in one process, in files and without Kafka, unless the environment wants them apart, on PostgreSQL, or
    /// views that read topics.
    pub(crate) async fn start(mut options: Options) -> Self {
        if wanted("TASKFOLD_TEST_STORE", "postgres") {
            options.store = servers(&options).await;
        }
        let mut topics = None;
        if wanted("TASKFOLD_TEST_BUS", "kafka") {
            let taken = topics::take(&options.data_dir, options.log.partitions);
            let taken = Box::pin(taken).await;
            (options.kafka, topics) = taken.unzip();
        }
        let started = Self::on(options).await;
        Self { topics, ..started }
    }

    /// Where the options say.
    pub(crate) async fn on(options: Options) -> Self {
        if wanted("TASKFOLD_TEST_SPLIT", "1") {
            return Self::split(options).await;
        }
        Self {
            front: Process::start(options).await.unwrap(),
            behind: Vec::new(),
            shared: None,
            topics: None,
        }
    }

    /// Roles that send each other messages over HTTP. In files: gateway, command, and query with processor and
    /// notifier, over the same stores. On PostgreSQL two of query, and processor and notifier each for itself;
    /// they share nothing else.
    pub(crate) async fn split(options: Options) -> Self {
        let keys = options.data_dir.join("keys");
        if !keys.exists() {
            std::fs::create_dir(&keys).unwrap();
            generate(&keys, "test").unwrap();
        }
        let apart = Apart::new(options, keys).await;
        let listens = Wire {
            listens: true,
            ..Wire::default()
        };
        let behind: &[&[Role]] = match apart.shared {
            Some(_) => &[
                &[Role::Command],
                &[Role::Query, Role::Processor, Role::Notifier],
            ],
            None => &[
                &[Role::Command],
                &[Role::Processor],
                &[Role::Query],
                &[Role::Query],
                &[Role::Notifier],
            ],
        };
        let mut running: Vec<(Serving, Process)> = Vec::new();
        for (number, roles) in (0..).zip(behind) {
            let command = running.first().map(|(serving, _)| serving.url());
            let command = command.iter().map(|url| url.parse().unwrap());
            let wire = Wire {
                command: command.collect(),
                ..listens.clone()
            };
            let process = apart.start(number, roles, wire).await;
            running.push((Serving::begin(process.internal_router()).await, process));
        }
        let command = running[0].0.url().parse().unwrap();
        let found = behind.iter().zip(&running);
        let query = found.filter(|(roles, _)| roles.contains(&Role::Query));
        let mut addresses = Vec::new();
        for (_, (serving, process)) in query {
            addresses.push(serving.url().parse().unwrap());
            if apart.shared.is_none() {
                until_there_are_views(process).await;
            }
        }
        let wire = Wire {
            command: vec![command],
            query: addresses,
            ..Wire::default()
        };
        Self {
            front: apart.start(running.len(), &[Role::Gateway], wire).await,
            behind: running,
            shared: apart.shared,
            topics: None,
        }
    }

    pub(crate) fn router(&self) -> Router {
        self.front.router()
    }

    fn command(&self) -> &Process {
        let behind = self.behind.first();
        behind.map_or(&self.front, |(_, process)| process)
    }

    /// That of whoever appends: it knows all that was.
    pub(crate) fn log(&self) -> &Log {
        self.command().log()
    }

    pub(crate) fn identity(&self) -> &Identity {
        self.front.identity().unwrap()
    }

    pub(crate) async fn create_local_token(
        &self,
        email: &str,
        name: &str,
    ) -> Result<NewToken, LocalError> {
        self.front.create_local_token(email, name).await
    }

    pub(crate) async fn forget_keys(&self) -> Result<u64, WriteError> {
        self.command().forget_keys().await
    }

    pub(crate) fn close_sockets(&self) {
        self.front.close_sockets();
    }

    pub(crate) async fn shutdown(self) {
        let _topics = self.topics;
        let Some(stores) = self.shared else {
            self.front.shutdown().await;
            for (serving, process) in self.behind {
                serving.end().await;
                process.shutdown().await;
            }
            return;
        };
        drop(self.front.stop().await);
        for (serving, process) in self.behind {
            serving.end().await;
            drop(process.stop().await);
        }
        stores.close().await;
    }
}

/// What the processes of one installation have in common.
struct Apart {
    options: Options,
    keys: PathBuf,
    shared: Option<Stores>,
}

impl Apart {
    async fn new(options: Options, keys: PathBuf) -> Self {
        let shared = match &options.store {
            Store::Files => Some(Stores::open(&options).await.unwrap()),
            Store::Servers(_) => None,
        };
        Self {
            options,
            keys,
            shared,
        }
    }

    async fn start(&self, number: usize, roles: &[Role], wire: Wire) -> Process {
        let mut options = Options {
            roles: roles.iter().copied().collect(),
            wire: Wire {
                keys: Some(self.keys.clone()),
                ..wire
            },
            ..self.options.clone()
        };
        if let Some(stores) = &self.shared {
            return Process::over(stores.clone(), options).await.unwrap();
        }
        options.data_dir = options.data_dir.join(format!("process-{number}"));
        std::fs::create_dir_all(&options.data_dir).unwrap();
        Process::start(options).await.unwrap()
    }
}

/// Waits until the processor has made some, and this process has found them.
pub(crate) async fn until_there_are_views(process: &Process) {
    let begun = Instant::now();
    while process.views().is_none() {
        assert!(begun.elapsed() < PATIENCE, "there are no views");
        tokio::task::yield_now().await;
    }
}
