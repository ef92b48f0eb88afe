//! The roles as they are run: together, or each behind a listener of its own.

use std::net::SocketAddr;

use axum::Router;
use taskfold_identity::{Identity, NewToken};
use taskfold_kit::Postgres;
use taskfold_log::{Log, Migrate, PostgresOptions, WriteError};
use taskfold_roles::internal::generate;
use taskfold_roles::process::{LocalError, Options, Process, Role, Servers, Store, Stores, Wire};
use taskfold_sql::Server;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

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

/// A database for a data directory, the same for every start there.
async fn servers(options: &Options) -> Store {
    let place = options.data_dir.join("postgres");
    let known = std::fs::read_to_string(&place);
    let url = known.unwrap_or_else(|_| Postgres::shared().database().unwrap());
    let (log, identity) = (
        PostgresOptions::new(vec![url.clone()]),
        Server::parse(&url).unwrap(),
    );
    let migrate = Migrate {
        partitions: options.log.partitions,
        ..Migrate::default()
    };
    Log::migrate(&log, &migrate).await.unwrap();
    let server = identity.clone();
    let accounts = tokio::task::spawn_blocking(move || Identity::migrate(&server));
    accounts.await.unwrap().unwrap();
    std::fs::write(&place, &url).unwrap();
    let bus = identity.clone();
    Store::Servers(Box::new(Servers { log, identity, bus }))
}

/// The roles, running.
pub(crate) struct Deployment {
    pub(crate) front: Process,
    /// Command, query and processor, when they are not in `front`.
    pub(crate) behind: Vec<(Serving, Process)>,
    stores: Stores,
}

impl Deployment {
    /// All in one process and in files, unless the environment wants them apart or on PostgreSQL.
    pub(crate) async fn start(mut options: Options) -> Self {
        if wanted("TASKFOLD_TEST_STORE", "postgres") {
            options.store = servers(&options).await;
        }
        Self::on(options).await
    }

    /// Where the options say.
    pub(crate) async fn on(options: Options) -> Self {
        if wanted("TASKFOLD_TEST_SPLIT", "1") {
            return Self::split(options).await;
        }
        let stores = Stores::open(&options).await.unwrap();
        Self {
            front: Process::over(stores.clone(), options).unwrap(),
            behind: Vec::new(),
            stores,
        }
    }

    /// Gateway, command, and query with processor, which send each other messages over HTTP.
    pub(crate) async fn split(options: Options) -> Self {
        let keys = options.data_dir.join("keys");
        if !keys.exists() {
            std::fs::create_dir(&keys).unwrap();
            generate(&keys, "test").unwrap();
        }
        let stores = Stores::open(&options).await.unwrap();
        let of = |roles: &[Role], wire: Wire| {
            let roles = roles.iter().copied().collect();
            let options = Options {
                roles,
                wire: Wire {
                    keys: Some(keys.clone()),
                    ..wire
                },
                ..options.clone()
            };
            Process::over(stores.clone(), options).unwrap()
        };
        let mut behind = Vec::new();
        for roles in [&[Role::Command][..], &[Role::Query, Role::Processor]] {
            let wire = Wire {
                listens: true,
                ..Wire::default()
            };
            let process = of(roles, wire);
            behind.push((Serving::begin(process.internal_router()).await, process));
        }
        let wire = Wire {
            command: vec![behind[0].0.url().parse().unwrap()],
            query: vec![behind[1].0.url().parse().unwrap()],
            ..Wire::default()
        };
        Self {
            front: of(&[Role::Gateway], wire),
            behind,
            stores,
        }
    }

    pub(crate) fn router(&self) -> Router {
        self.front.router()
    }

    pub(crate) fn log(&self) -> &Log {
        self.stores.log()
    }

    pub(crate) fn identity(&self) -> &Identity {
        self.stores.identity().unwrap()
    }

    pub(crate) async fn create_local_token(
        &self,
        email: &str,
        name: &str,
    ) -> Result<NewToken, LocalError> {
        self.front.create_local_token(email, name).await
    }

    pub(crate) async fn forget_keys(&self) -> Result<u64, WriteError> {
        self.front.forget_keys().await
    }

    pub(crate) fn close_sockets(&self) {
        self.front.close_sockets();
    }

    pub(crate) async fn shutdown(self) {
        drop(self.front.stop().await);
        for (serving, process) in self.behind {
            serving.end().await;
            drop(process.stop().await);
        }
        self.stores.close().await;
    }
}
