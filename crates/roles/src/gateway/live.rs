//! Live updates: every event of a workspace over a WebSocket, in order, each exactly once, from a
//! position of the client's choice.
//!
//! One broadcaster a partition tails the log and writes each event as JSON once, however many sockets
//! follow its workspace. A socket has no queue of its own: it knows the position that it has sent, takes
//! what follows from the rings of its workspaces, and reads the log where a ring no longer reaches back to
//! it. So the two ways meet without a gap, and a slow client costs no memory.

mod broadcast;
mod channel;
mod feed;
mod frame;
mod presence;
mod slots;
mod socket;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use axum::http::StatusCode;
use axum::response::Response;
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_log::Log;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::metrics::LiveNumbers;
use crate::problem::Problem;
use crate::redis::Redis;
use broadcast::Broadcaster;
use feed::{Feed, Joining};
use presence::Presence;
use slots::Slots;
use socket::Socket;

/// A WebSocket message from a client, in bytes, at most.
const MAX_INCOMING: usize = 4 * 1024;
/// Bytes that wait in the process for one socket before it is flushed, and at most.
const WRITE_BUFFER: usize = 64 * 1024;
const MAX_WRITE_BUFFER: usize = 8 << 20;

/// Bounds of live updates.
#[derive(Debug, Clone)]
pub(super) struct LiveLimits {
    /// Sockets of this process.
    pub sockets: usize,
    /// Sockets of one person.
    pub sockets_per_user: usize,
    /// Time between two pings.
    pub ping_every: Duration,
    /// Time between two looks at whether the session or token still stands.
    pub recheck_every: Duration,
    /// A client that takes nothing for this long is closed with 4008.
    pub stalled_after: Duration,
}

impl Default for LiveLimits {
    fn default() -> Self {
        Self {
            sockets: 5_000,
            sockets_per_user: 20,
            ping_every: Duration::from_secs(25),
            recheck_every: Duration::from_secs(1),
            stalled_after: Duration::from_secs(20),
        }
    }
}

/// The answer of a check that a socket makes while it is open.
pub(super) type Answer = Pin<Box<dyn Future<Output = Result<bool, Problem>> + Send>>;

/// Who follows workspaces, and how to ask whether they still may.
#[derive(Clone)]
pub(super) struct Follower {
    /// Who.
    pub user_id: UserId,
    /// Whether their session or token still stands. Asked every second: it has to be cheap.
    pub proof_stands: Arc<dyn Fn() -> Answer + Send + Sync>,
    /// Whether they are a member of a workspace as of this position. Asked when the log tells that they were
    /// removed.
    pub is_member: Arc<dyn Fn(WorkspaceId, Position) -> Answer + Send + Sync>,
}

/// The joins of somebody who will follow all of their workspaces: noted from before their workspaces are
/// looked up, so that none is missed.
pub(super) struct Joinings(Vec<Joining>);

/// Live updates of one process. Cheap to clone.
#[derive(Clone)]
pub(super) struct Live {
    inner: Arc<Inner>,
}

struct Inner {
    log: Log,
    limits: LiveLimits,
    slots: Arc<Slots>,
    partitions: Vec<Arc<Broadcaster>>,
    presence: Presence,
    closing: CancellationToken,
    tasks: TaskTracker,
    numbers: LiveNumbers,
}

impl Live {
    /// Begins to tail the log, and to share who is where with the other gateways of a Redis, among which this one
    /// has the given id. Must be called within a runtime.
    pub(super) fn start(
        log: Log,
        limits: LiveLimits,
        numbers: LiveNumbers,
        others: Option<(Redis, Uuid)>,
    ) -> Self {
        let closing = CancellationToken::new();
        let tasks = TaskTracker::new();
        let start = |partition| {
            let broadcaster = Arc::new(Broadcaster::new(log.clone(), partition));
            let running = Arc::clone(&broadcaster).run(closing.clone());
            tasks.spawn(running);
            broadcaster
        };
        let partitions = (0..log.partitions()).map(start).collect();
        let presence = Presence::new(others.is_some());
        if let Some((redis, own)) = others {
            tasks.spawn(presence::share(
                presence.clone(),
                redis,
                own,
                closing.clone(),
            ));
        }
        let open = numbers.open.clone();
        let slots = Arc::new(Slots::new(limits.sockets, limits.sockets_per_user, open));
        Self {
            inner: Arc::new(Inner {
                log,
                limits,
                slots,
                partitions,
                presence,
                closing,
                tasks,
                numbers,
            }),
        }
    }

    /// Answers the handshake to follow one workspace; what follows runs by itself. `from` is the last
    /// position that the client has; without it the socket begins at the head. The caller has checked that
    /// `follower` is a member.
    ///
    /// # Errors
    /// `from` is no position of the workspace, or there are too many sockets.
    pub(super) fn accept(
        &self,
        upgrade: WebSocketUpgrade,
        follower: Follower,
        workspace: WorkspaceId,
        from: &[Position],
    ) -> Result<Response, Problem> {
        let broadcaster = self.inner.broadcaster(workspace);
        let sent = self.start_of(broadcaster.partition, from)?;
        if let Some(other) = from.iter().find(|from| from.partition != sent.partition) {
            let detail = format!("{other} is no position of this workspace: {sent} is one");
            return Err(Problem::bad_request("position_ahead", detail));
        }
        let mut feed = Feed::new(self.inner.log.clone());
        feed.add(broadcaster, std::iter::once(workspace), sent, None);
        self.begin(upgrade, follower, feed)
    }

    /// Notes what `user` joins from now on.
    pub(super) fn note_joins(&self, user: UserId) -> Joinings {
        let partitions = self.inner.partitions.iter();
        Joinings(partitions.map(|each| Joining::note(each, user)).collect())
    }

    /// Answers the handshake to follow all workspaces of a person. `from` has the last position that the
    /// client has in each partition; where it has none the socket begins at the head.
    ///
    /// # Errors
    /// `from` has no positions of this log, or there are too many sockets.
    pub(super) fn accept_all(
        &self,
        upgrade: WebSocketUpgrade,
        follower: Follower,
        (joinings, workspaces): (Joinings, &[WorkspaceId]),
        from: &[Position],
    ) -> Result<Response, Problem> {
        let log = &self.inner.log;
        if let Some(other) = from.iter().find(|from| from.partition >= log.partitions()) {
            let detail = format!("{other} is no position of this log");
            return Err(Problem::bad_request("position_ahead", detail));
        }
        let mut feed = Feed::new(log.clone());
        for (broadcaster, joining) in self.inner.partitions.iter().zip(joinings.0) {
            let sent = self.start_of(broadcaster.partition, from)?;
            let own = workspaces
                .iter()
                .copied()
                .filter(|workspace| log.partition_of(*workspace) == sent.partition);
            feed.add(broadcaster, own, sent, Some(joining));
        }
        self.begin(upgrade, follower, feed)
    }

    /// Learns of positions that other processes committed a moment ago, when a client already knows them.
    pub(super) async fn learn(&self, from: &[Position]) -> Result<(), Problem> {
        let log = &self.inner.log;
        for position in from.iter().filter(|from| from.partition < log.partitions()) {
            if position.number > log.head(position.partition).number {
                log.refresh(position.partition).await?;
            }
        }
        Ok(())
    }

    /// Where a partition begins: behind what the client has, or at the head.
    fn start_of(&self, partition: u32, from: &[Position]) -> Result<Position, Problem> {
        let head = self.inner.log.head(partition);
        let from = from.iter().find(|from| from.partition == partition);
        let from = from.copied().unwrap_or(head);
        if from.number > head.number {
            let detail = format!("{from} is ahead of the log, which ends at {head}");
            return Err(Problem::bad_request("position_ahead", detail));
        }
        Ok(from)
    }

    fn begin(
        &self,
        upgrade: WebSocketUpgrade,
        follower: Follower,
        feed: Feed,
    ) -> Result<Response, Problem> {
        let inner = Arc::clone(&self.inner);
        if inner.closing.is_cancelled() {
            let detail = "the server is shutting down";
            return Err(Problem::unavailable(
                "closing",
                detail,
                Duration::from_secs(1),
            ));
        }
        let slot = inner.slots.take(follower.user_id).ok_or_else(too_many)?;
        let upgrade = upgrade
            .max_message_size(MAX_INCOMING)
            .max_frame_size(MAX_INCOMING)
            .write_buffer_size(WRITE_BUFFER)
            .max_write_buffer_size(MAX_WRITE_BUFFER);
        Ok(upgrade.on_upgrade(move |transport| async move {
            let socket = Socket::new(&inner, follower, feed);
            inner
                .tasks
                .clone()
                .track_future(socket.run(transport))
                .await;
            drop(slot);
        }))
    }

    /// Begins to close all sockets, with 1001; no more are taken.
    pub(super) fn close(&self) {
        self.inner.closing.cancel();
        self.inner.tasks.close();
    }

    /// Closes all sockets and waits until they are gone.
    pub(super) async fn shutdown(&self) {
        self.close();
        self.inner.tasks.wait().await;
    }
}

impl Inner {
    fn broadcaster(&self, workspace: WorkspaceId) -> &Arc<Broadcaster> {
        // `partition_of` is always below the number of partitions.
        &self.partitions[self.log.partition_of(workspace) as usize]
    }
}

fn too_many() -> Problem {
    let detail = "too many live sockets are open; close one and try again";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_sockets", detail).with_retry_after(10)
}
