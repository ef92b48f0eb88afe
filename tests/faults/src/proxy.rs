//! A TCP proxy that stands before a server and fails as networks do.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How the network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weather {
    /// It works.
    Fair,
    /// New connections are closed at once; those that exist go on.
    Refusing,
    /// All that is sent comes so much later.
    Slow(Duration),
    /// Nothing comes through; what was sent arrives when it is over.
    Silent,
    /// The server's side of each connection is gone and the client is not told.
    HalfOpen,
}

#[derive(Debug, Clone)]
struct State {
    weather: Weather,
    /// Where the server is; none while there is none.
    target: Option<String>,
    /// So often were all connections cut.
    cuts: u64,
}

/// A port that passes on what comes, as the weather lets it.
#[derive(Debug)]
pub(crate) struct Proxy {
    /// On 127.0.0.1.
    pub(crate) port: u16,
    state: watch::Sender<State>,
    /// One task, which ends with this.
    _accepting: JoinSet<()>,
}

impl Proxy {
    /// On this port, or a free one for 0.
    pub(crate) async fn open(port: u16, target: Option<String>) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await;
        let listener = listener.with_context(|| format!("a proxy on port {port}"))?;
        let port = listener.local_addr()?.port();
        let state = watch::Sender::new(State {
            weather: Weather::Fair,
            target,
            cuts: 0,
        });
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, state.clone()));
        Ok(Self {
            port,
            state,
            _accepting: accepting,
        })
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Passes new connections on to another server.
    pub(crate) fn aim(&self, target: Option<String>) {
        self.state.send_modify(|state| state.target = target);
    }

    /// Changes the weather.
    pub(crate) fn set(&self, weather: Weather) {
        self.state.send_modify(|state| state.weather = weather);
    }

    /// Closes all connections.
    pub(crate) fn cut(&self) {
        self.state.send_modify(|state| state.cuts += 1);
    }
}

async fn accept(listener: TcpListener, state: watch::Sender<State>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((client, _)) = listener.accept() => {
                connections.spawn(pass(client, state.subscribe()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// One connection; it ends when either side does, or the weather ends it.
async fn pass(mut client: TcpStream, mut state: watch::Receiver<State>) {
    let born = state.borrow_and_update().clone();
    match born.weather {
        Weather::Fair | Weather::Slow(_) => {}
        Weather::Refusing => return,
        Weather::Silent | Weather::HalfOpen => {
            over(&mut state, born.weather).await;
        }
    }
    let target = state.borrow().target.clone();
    let Some(target) = target else {
        return;
    };
    let Ok(mut server) = TcpStream::connect(target).await else {
        return;
    };
    // What is not buffered need not be flushed; a socket that refuses is closed a moment later anyway.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (mut cut, mut half) = (state.clone(), state.clone());
    let half_open = {
        let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
        tokio::select! {
            _ = async { tokio::join!(
                pump(from_client, to_server, state.clone()),
                pump(from_server, to_client, state.clone()),
            ) } => false,
            _ = cut.wait_for(|state| state.cuts != born.cuts) => false,
            _ = half.wait_for(|state| state.weather == Weather::HalfOpen) => true,
        }
    };
    if half_open {
        drop(server);
        over(&mut state, Weather::HalfOpen).await;
    }
}

/// Until the weather is another.
async fn over(state: &mut watch::Receiver<State>, weather: Weather) {
    // The proxy is gone: so is its weather.
    let _ = state.wait_for(|state| state.weather != weather).await;
}

async fn pump(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, mut state: watch::Receiver<State>) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(read) = from.read(&mut buffer).await {
        if read == 0 {
            break;
        }
        let weather = state.borrow_and_update().weather;
        match weather {
            Weather::Slow(by) => tokio::time::sleep(by).await,
            Weather::Silent => over(&mut state, weather).await,
            Weather::Fair | Weather::Refusing | Weather::HalfOpen => {}
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
    // Already closed is as good.
    let _ = to.shutdown().await;
}
