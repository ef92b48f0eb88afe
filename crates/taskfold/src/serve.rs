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
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use taskfold_identity::secret_hash;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::cli::App;
use crate::connect::{self, Local, Running};
use crate::exit::Failure;
use crate::print::style;

/// Run the server until it is told to stop (SIGTERM or Ctrl-C).
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// Address and port; port 0 takes a free one [default: 127.0.0.1:7400]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
}

/// How long requests that have begun may go on after the signal.
const DRAIN: Duration = Duration::from_secs(5);
/// How long the log and the views may take to close.
const CLOSE: Duration = Duration::from_secs(3);

/// Runs it.
pub(crate) async fn run(app: &App) -> Result<(), Failure> {
    let config = app.config();
    arm(config)?;
    let local = Local::open_to_serve(app).await?;
    let listener = TcpListener::bind(config.serve.listen)
        .await
        .map_err(|error| {
            Failure::doing(&format!("listen on {}", config.serve.listen), error)
                .hint("another address: taskfold serve --listen 127.0.0.1:0")
        })?;
    let url = format!("http://{}", listener.local_addr()?);
    let secret = taskfold_identity::random_secret()
        .map_err(|error| Failure::doing("make a secret", error))?;
    let running = Running {
        url: url.clone(),
        pid: std::process::id(),
        secret,
    };
    let local = Arc::new(local);
    let door = Door {
        local: Arc::downgrade(&local),
        secret_hash: secret_hash(&running.secret),
    };
    let router = Router::new()
        .route(connect::TOKEN_PATH, post(give_token))
        .with_state(Arc::new(door))
        .merge(local.router());
    // Before anybody knows of the server: whoever does may stop it.
    let signals = Signals::begin()?;
    running.announce(&config.data)?;
    app.screen.line(&format!(
        "Taskfold is at {}",
        app.screen.paint(style::STRONG, &url)
    ))?;
    tracing::info!(%url, data = %config.data.display(), "serving");
    let served = until_told(listener, router, &local, signals).await;
    tracing::info!("stopping");
    let closed = match Arc::into_inner(local) {
        Some(local) => timeout(CLOSE, local.close()).await.is_ok(),
        None => false,
    };
    if !closed {
        tracing::warn!("the database took too long to close; it is closed the hard way");
    }
    Running::withdraw(&config.data)?;
    Ok(served?)
}

/// Serves until a signal comes, then lets what has begun come to its end.
async fn until_told(
    listener: TcpListener,
    router: Router,
    local: &Local,
    mut signals: Signals,
) -> io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let (stop, mut stopped) = watch::channel(false);
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        // An error means that the sender is gone, which is a stop as well.
        let _ = stopped.wait_for(|told| *told).await;
    });
    let mut serving = pin!(serving.into_future());
    tokio::select! {
        ended = &mut serving => return ended,
        told = signals.next() => told?,
    }
    stop.send_replace(true);
    local.close_sockets();
    if let Ok(ended) = timeout(DRAIN, serving).await {
        return ended;
    }
    tracing::warn!(after = ?DRAIN, "requests were cut off");
    Ok(())
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
