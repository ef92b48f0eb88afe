//! `taskfold serve`.

use std::future::IntoFuture as _;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use axum::serve::ListenerExt as _;
use futures_util::future::try_join_all;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use taskfold_identity::secret_hash;
use taskfold_roles::process::Role;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::cli::App;
use crate::connect::{self, Local, Running};
use crate::exit::Failure;
use crate::print::style;
use crate::traces::Telling;

/// Run the server until it is told to stop (SIGTERM or Ctrl-C).
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// Address and port of the gateway; port 0 takes a free one [default: 127.0.0.1:7400]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Be this alone: gateway, command, query, processor, notifier; can be given several times [default: all]
    #[arg(long, value_name = "ROLE")]
    pub role: Vec<Role>,
}

/// How long requests that have begun may go on after the signal.
const DRAIN: Duration = Duration::from_secs(5);
/// How long the log and the views may take to close.
const CLOSE: Duration = Duration::from_secs(3);

/// Runs it.
pub(crate) async fn run(app: &App) -> Result<(), Failure> {
    let config = app.config();
    arm(config)?;
    let telling = Telling::begin(config)?;
    let local = Arc::new(Local::open_to_serve(app, telling.recorder()).await?);
    let doors = match Doors::open(app, &local).await {
        Ok(doors) => doors,
        Err(failure) => {
            close(local).await;
            return Err(failure);
        }
    };
    // Before anybody knows of the server: whoever does may stop it.
    let signals = Signals::begin()?;
    if let Some(running) = &doors.public {
        running.announce(&config.data)?;
    }
    for line in &doors.said {
        app.screen.line(line)?;
    }
    if doors.said.is_empty() {
        app.screen
            .line("Taskfold is at work, and takes no messages")?;
    }
    let roles: Vec<_> = config.serve.roles.iter().map(|role| role.name()).collect();
    tracing::info!(roles = roles.join(","), data = %config.data.display(), "serving");
    let announced = doors.public.is_some();
    let served = until_told(doors, &local, signals).await;
    tracing::info!("stopping");
    if !close(local).await {
        tracing::warn!("the stores took too long to close; they are closed the hard way");
    }
    telling.end().await;
    if announced {
        Running::withdraw(&config.data)?;
    }
    Ok(served?)
}

/// Whether everything was closed in time.
async fn close(local: Arc<Local>) -> bool {
    match Arc::into_inner(local) {
        Some(local) => timeout(CLOSE, local.close()).await.is_ok(),
        None => false,
    }
}

/// Where a process listens.
struct Doors {
    open: Vec<(TcpListener, Router)>,
    /// What is told to commands of this computer, where there is a gateway.
    public: Option<Running>,
    /// What is told to whoever started the process.
    said: Vec<String>,
}

impl Doors {
    async fn open(app: &App, local: &Arc<Local>) -> Result<Self, Failure> {
        let serve = &app.config().serve;
        let mut doors = Self {
            open: Vec::new(),
            public: None,
            said: Vec::new(),
        };
        let strong = |text: &str| app.screen.paint(style::STRONG, text);
        if serve.roles.contains(&Role::Gateway) {
            let (url, listener) = listen("serve.listen", serve.listen).await?;
            let running = Running {
                url: url.clone(),
                pid: std::process::id(),
                secret: taskfold_identity::random_secret()
                    .map_err(|error| Failure::doing("make a secret", error))?,
            };
            let router = local_door(local, &running).merge(local.router());
            doors.open.push((listener, router));
            doors.public = Some(running);
            doors.said.push(format!("Taskfold is at {}", strong(&url)));
        }
        if let Some(address) = serve.internal_listen {
            let (url, listener) = listen("serve.internal_listen", address).await?;
            doors.open.push((listener, local.internal_router()));
            let line = format!("Taskfold takes internal messages at {}", strong(&url));
            doors.said.push(line);
        }
        if let Some(address) = serve.metrics_listen {
            let (url, listener) = listen("serve.metrics_listen", address).await?;
            doors.open.push((listener, local.health_router()));
            let line = format!("Taskfold tells health and metrics at {}", strong(&url));
            doors.said.push(line);
        }
        Ok(doors)
    }
}

async fn listen(key: &str, address: SocketAddr) -> Result<(String, TcpListener), Failure> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failure::doing(&format!("listen on {address} ({key})"), error)
            .hint("another address, such as 127.0.0.1:0 for a free port")
    })?;
    Ok((format!("http://{}", listener.local_addr()?), listener))
}

/// Serves until a signal comes, then lets what has begun come to its end.
async fn until_told(doors: Doors, local: &Local, mut signals: Signals) -> io::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let serving = doors.open.into_iter().map(|(listener, router)| {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let mut stopped = stopped.clone();
        // Else a small frame on a live socket waits for the acknowledgement of the one before, which a client may
        // hold back for 40 ms.
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection sends small answers late");
            }
        });
        let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
            // An error means that the sender is gone, which is a stop as well.
            let _ = stopped.wait_for(|told| *told).await;
        });
        serving.into_future()
    });
    let serving: Vec<_> = serving.collect();
    // A processor needs no door.
    let open = !serving.is_empty();
    let mut serving = pin!(try_join_all(serving));
    tokio::select! {
        ended = &mut serving, if open => return ended.map(drop),
        told = signals.next() => told?,
    }
    stop.send_replace(true);
    local.close_sockets();
    if let Ok(ended) = timeout(DRAIN, serving).await {
        return ended.map(drop);
    }
    tracing::warn!(after = ?DRAIN, "requests were cut off");
    Ok(())
}

/// Where people of this computer are given tokens.
fn local_door(local: &Arc<Local>, running: &Running) -> Router {
    let door = Door {
        local: Arc::downgrade(local),
        secret_hash: secret_hash(&running.secret),
    };
    Router::new()
        .route(connect::TOKEN_PATH, post(give_token))
        .with_state(Arc::new(door))
}

/// Gives tokens to people of this computer.
struct Door {
    local: Weak<Local>,
    secret_hash: [u8; 32],
}

/// A token for whoever can read `server.json`: they could read the database as well.
async fn give_token(State(door): State<Arc<Door>>, headers: HeaderMap) -> (StatusCode, String) {
    let refused = (StatusCode::UNAUTHORIZED, String::new());
    let shown = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    // Hashes are compared, so that the time taken says nothing about the secret.
    if shown.map(secret_hash) != Some(door.secret_hash) {
        return refused;
    }
    let Some(local) = door.local.upgrade() else {
        return (StatusCode::SERVICE_UNAVAILABLE, String::new());
    };
    match local.make_token().await {
        Ok(token) => (StatusCode::OK, token),
        Err(failure) => {
            tracing::error!(%failure, "no token for the person of this computer");
            (StatusCode::INTERNAL_SERVER_ERROR, String::new())
        }
    }
}

/// What tells a server to stop. From when this is made on, a signal ends the process in good order.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn begin() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> io::Result<()> {
        tokio::select! {
            _ = self.terminate.recv() => Ok(()),
            _ = self.interrupt.recv() => Ok(()),
        }
    }
}

/// What tells a server to stop.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn begin() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}

#[cfg(feature = "crash-points")]
fn arm(config: &crate::config::Config) -> Result<(), Failure> {
    let parse = |place: &str| {
        let (name, number) = place.split_once(':').unwrap_or((place, "1"));
        let number = number
            .parse()
            .map_err(|_| Failure::usage(format!("{place:?} is not <name>:<number>")))?;
        Ok::<_, Failure>((name.to_owned(), number))
    };
    if let Some(place) = &config.crash.at {
        let (point, nth) = parse(place)?;
        taskfold_log::crash::arm(&point, nth);
    }
    if let Some(place) = &config.crash.plant {
        let (bug, every) = parse(place)?;
        taskfold_log::crash::plant(&bug, every);
    }
    Ok(())
}

#[cfg(not(feature = "crash-points"))]
#[allow(clippy::unnecessary_wraps, reason = "the other build can fail")]
fn arm(_: &crate::config::Config) -> Result<(), Failure> {
    Ok(())
}
