//! One socket.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message as Wire, Utf8Bytes, WebSocket};
use futures_util::SinkExt;
use prometheus_client::metrics::counter::Counter;
use serde::Deserialize;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_log::{ReadError, crash};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::feed::{Batch, Feed};
use super::frame::{Frame, Message};
use super::presence::{Place, Presence, Seat};
use super::{Follower, Inner, LiveLimits};

/// Messages that a client may send between two pings.
const INCOMING: u32 = 100;
/// Between two messages that tell who is where.
const UNMOVED: Duration = Duration::from_millis(200);
/// How long the other side has to take the close frame.
const GOODBYE: Duration = Duration::from_secs(5);

/// Why a socket ends.
enum End {
    /// The client is gone.
    Gone,
    /// The server stops.
    Closing,
    /// The session, the token or the membership no longer stands.
    NotAllowed(&'static str),
    /// The client does not take what it is sent.
    Slow,
    /// The client sends too much, or what nobody understands.
    Noisy(&'static str),
    /// Something failed here.
    Failed,
}

impl End {
    fn close(&self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Gone => return None,
            Self::Closing => (
                1001,
                "the server is going away; resume from your last position",
            ),
            Self::NotAllowed(reason) => (4003, *reason),
            Self::Slow => (4008, "too slow; resume from your last position"),
            Self::Noisy(reason) => (1008, *reason),
            Self::Failed => (
                1011,
                "something failed here; resume from your last position",
            ),
        };
        Some(CloseFrame {
            code,
            reason: Utf8Bytes::from_static(reason),
        })
    }
}

/// Follows workspaces for one client.
pub(super) struct Socket {
    limits: LiveLimits,
    follower: Follower,
    feed: Feed,
    presence: Presence,
    /// Where the client says that it is.
    seat: Option<Seat>,
    /// Until then it is not told who is where.
    unmoved_until: Instant,
    closing: CancellationToken,
    slow: Counter,
    caught_up: bool,
    incoming: u32,
    heard: Instant,
    pinged: Instant,
}

/// What a client may say.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    Ping,
    Pong,
    /// Where it is, see [`Whereabouts`].
    Presence(serde_json::Value),
}

/// Where a client says that it is: nowhere without a workspace.
#[derive(Default, Deserialize)]
struct Whereabouts {
    workspace: Option<WorkspaceId>,
    #[serde(flatten)]
    place: Place,
}

/// What is to be sent.
enum News {
    /// Events; none when the client is to be told that it has all.
    Events(Option<Batch>),
    /// Who is where.
    Presence(Utf8Bytes),
}

impl Socket {
    pub(super) fn new(inner: &Inner, follower: Follower, feed: Feed) -> Self {
        let now = Instant::now();
        Self {
            limits: inner.limits.clone(),
            follower,
            feed,
            presence: inner.presence.clone(),
            seat: None,
            unmoved_until: now,
            closing: inner.closing.clone(),
            slow: inner.numbers.slow.clone(),
            caught_up: false,
            incoming: 0,
            heard: now,
            pinged: now,
        }
    }

    /// Until one side ends it.
    pub(super) async fn run(mut self, mut wire: WebSocket) {
        let end = match self.converse(&mut wire).await {
            Ok(never) => match never {},
            Err(end) => end,
        };
        if matches!(end, End::Slow) {
            self.slow.inc();
        }
        if let Some(frame) = end.close() {
            // Whoever does not take it in time is cut off.
            let said = wire.send(Wire::Close(Some(frame)));
            drop(timeout(GOODBYE, said).await);
        }
    }

    async fn converse(&mut self, wire: &mut WebSocket) -> Result<std::convert::Infallible, End> {
        self.send(wire, self.hello().text()).await?;
        let mut ping = every(self.limits.ping_every);
        let mut recheck = every(self.limits.recheck_every);
        let closing = self.closing.clone();
        loop {
            // In this order: a client that lags must not outrun a revocation or the end of the server.
            tokio::select! {
                biased;
                () = closing.cancelled() => return Err(End::Closing),
                _ = recheck.tick() => self.recheck().await?,
                _ = ping.tick() => self.ping(wire).await?,
                incoming = wire.recv() => self.hear(wire, incoming).await?,
                news = self.next() => match news {
                    Ok(News::Events(batch)) => self.forward(wire, batch).await?,
                    Ok(News::Presence(text)) => self.tell(wire, text).await?,
                    Err(error) => {
                        tracing::error!(%error, "a live socket cannot read the log");
                        return Err(End::Failed);
                    }
                },
            }
        }
    }

    fn hello(&self) -> Message {
        let (positions, workspaces) = (self.feed.positions(), self.feed.workspaces());
        match (&positions[..], &workspaces[..]) {
            ([position], [workspace]) if !self.feed.is_of_all() => Message::Hello {
                position: *position,
                workspace: *workspace,
            },
            _ => Message::HelloAll {
                positions,
                workspaces,
            },
        }
    }

    fn caught_up(&self) -> Message {
        let positions = self.feed.positions();
        match &positions[..] {
            [position] if !self.feed.is_of_all() => Message::CaughtUp {
                position: *position,
            },
            _ => Message::CaughtUpAll { positions },
        }
    }

    /// What comes next: what follows the last event sent, or, when there is nothing, who is where; waits for it,
    /// unless the client is to be told that it has all. Dropping it loses nothing.
    async fn next(&mut self) -> Result<News, ReadError> {
        loop {
            match self.feed.next().await? {
                None if self.caught_up => {}
                found => return Ok(News::Events(found)),
            }
            tokio::select! {
                biased;
                changed = self.feed.changed() => changed?,
                text = told(&mut self.seat, self.unmoved_until) => return Ok(News::Presence(text)),
            }
        }
    }

    async fn tell(&mut self, wire: &mut WebSocket, text: Utf8Bytes) -> Result<(), End> {
        self.unmoved_until = Instant::now() + UNMOVED;
        self.put(wire, Wire::Text(text)).await
    }

    async fn forward(&mut self, wire: &mut WebSocket, batch: Option<Batch>) -> Result<(), End> {
        let Some(batch) = batch else {
            self.caught_up = true;
            let text = self.caught_up().text();
            return self.send(wire, text).await;
        };
        for frame in &batch.frames {
            if frame.removed == Some(self.follower.user_id)
                && !self.still_member(wire, frame).await?
            {
                // What comes behind it is looked for anew: they may join again.
                self.feed.sent(&batch, frame.position);
                return self.in_time(wire.flush()).await;
            }
            let skipped = crash::bug("live.event_skipped");
            if let Some(text) = frame.text.as_ref().filter(|_| !skipped) {
                let fed = wire.feed(Wire::Text(text.clone()));
                self.in_time(fed).await?;
            }
            self.feed.sent(&batch, frame.position);
        }
        if !batch.frames.is_empty() {
            self.in_time(wire.flush()).await?;
        }
        self.feed.done(&batch);
        if let Some((position, workspace)) = batch.joined {
            let joined = Message::Joined {
                position,
                workspace,
            };
            self.send(wire, joined.text()).await?;
        }
        Ok(())
    }

    /// They were removed; maybe they joined again later, which is in the log as well.
    async fn still_member(&mut self, wire: &mut WebSocket, frame: &Frame) -> Result<bool, End> {
        let (position, workspace) = (frame.position, frame.workspace);
        match (self.follower.is_member)(workspace, position).await {
            Ok(true) => Ok(true),
            Ok(false) if self.feed.is_of_all() => {
                self.feed.leave(workspace);
                self.seat.take_if(|seat| seat.workspace == workspace);
                let left = Message::Left {
                    position,
                    workspace,
                };
                self.send(wire, left.text()).await?;
                Ok(false)
            }
            Ok(false) => Err(End::NotAllowed("no longer a member of the workspace")),
            Err(_) => Err(End::Failed),
        }
    }

    async fn recheck(&self) -> Result<(), End> {
        match (self.follower.proof_stands)().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(End::NotAllowed("the session or token has ended")),
            Err(_) => Err(End::Failed),
        }
    }

    /// A message for programs, and a frame that every WebSocket client answers by itself.
    async fn ping(&mut self, wire: &mut WebSocket) -> Result<(), End> {
        if self.heard.elapsed() > self.limits.ping_every * 3 {
            return Err(End::Slow);
        }
        if let Some(seat) = self.seat.as_mut().filter(|_| self.heard < self.pinged) {
            seat.hide();
        }
        self.pinged = Instant::now();
        self.incoming = 0;
        self.send(wire, Message::Ping.text()).await?;
        self.put(wire, Wire::Ping(bytes::Bytes::new())).await
    }

    async fn hear(
        &mut self,
        wire: &mut WebSocket,
        incoming: Option<Result<Wire, axum::Error>>,
    ) -> Result<(), End> {
        let Some(Ok(message)) = incoming else {
            return Err(End::Gone);
        };
        self.heard = Instant::now();
        if let Some(seat) = &mut self.seat {
            seat.show();
        }
        self.incoming += 1;
        if self.incoming > INCOMING {
            return Err(End::Noisy("too many messages"));
        }
        match message {
            Wire::Text(text) => match serde_json::from_str(text.as_str()) {
                Ok(Said::Ping) => self.send(wire, Message::Pong.text()).await,
                Ok(Said::Pong) => Ok(()),
                Ok(Said::Presence(said)) => {
                    // It may be made of an address that somebody mistyped: no reason to lose the socket.
                    self.sit(serde_json::from_value(said).unwrap_or_default());
                    Ok(())
                }
                Err(_) => Err(End::Noisy("a message that nobody understands")),
            },
            Wire::Binary(_) => Err(End::Noisy("messages are text")),
            Wire::Ping(_) | Wire::Pong(_) => Ok(()),
            Wire::Close(_) => Err(End::Gone),
        }
    }

    /// The client is there now. Where it follows nothing, it is not.
    fn sit(&mut self, Whereabouts { workspace, place }: Whereabouts) {
        let Some(workspace) = workspace.filter(|named| self.feed.follows(*named)) else {
            self.seat = None;
            return;
        };
        let same = self.seat.as_mut();
        if let Some(seat) = same.filter(|seat| seat.workspace == workspace) {
            seat.moves(place);
            return;
        }
        let user = self.follower.user_id;
        self.seat = Some(self.presence.enter(workspace, user, place));
    }

    async fn send(&self, wire: &mut WebSocket, text: Option<Utf8Bytes>) -> Result<(), End> {
        self.put(wire, Wire::Text(text.ok_or(End::Failed)?)).await
    }

    async fn put(&self, wire: &mut WebSocket, message: Wire) -> Result<(), End> {
        self.in_time(wire.send(message)).await
    }

    async fn in_time(
        &self,
        writing: impl Future<Output = Result<(), axum::Error>>,
    ) -> Result<(), End> {
        match timeout(self.limits.stalled_after, writing).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Slow),
        }
    }
}

/// Who is where, once there is something new and the time has come.
async fn told(seat: &mut Option<Seat>, not_before: Instant) -> Utf8Bytes {
    let Some(seat) = seat else {
        return std::future::pending().await;
    };
    sleep_until(not_before).await;
    seat.told().await
}

fn every(span: Duration) -> Interval {
    let mut interval = interval_at(Instant::now() + span, span);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
