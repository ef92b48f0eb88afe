//! Live updates: every event of a workspace over a WebSocket, in order, each exactly once, from a
//! position of the client's choice.
//!
//! One broadcaster a partition tails the log and writes each event as JSON once, however many sockets
//! follow its workspace. A socket has no queue of its own: it knows the position that it has sent, takes
//! what follows from the ring of its workspace, and reads the log when the ring no longer reaches back to
//! it. So the two ways meet without a gap, and a slow client costs no memory.

mod broadcast;
mod channel;
mod frame;
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

use crate::problem::Problem;
use broadcast::Broadcaster;
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

/// Who follows a workspace, and how to ask whether they still may.
#[derive(Clone)]
pub(super) struct Follower {
    /// Who.
    pub user_id: UserId,
    /// What they follow.
    pub workspace_id: WorkspaceId,
    /// Whether their session or token still stands. Asked every second: it has to be cheap.
    pub proof_stands: Arc<dyn Fn() -> Answer + Send + Sync>,
    /// Whether they are a member as of this position. Asked when the log tells that they were removed.
    pub is_member: Arc<dyn Fn(Position) -> Answer + Send + Sync>,
}

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
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl Live {
    /// Begins to tail the log. Must be called within a runtime.
    pub(super) fn start(log: Log, limits: LiveLimits) -> Self {
        let closing = CancellationToken::new();
        let tasks = TaskTracker::new();
        let start = |partition| {
            let broadcaster = Arc::new(Broadcaster::new(log.clone(), partition));
            let running = Arc::clone(&broadcaster).run(closing.clone());
            tasks.spawn(running);
            broadcaster
        };
        let partitions = (0..log.partitions()).map(start).collect();
        let slots = Arc::new(Slots::new(limits.sockets, limits.sockets_per_user));
        Self {
            inner: Arc::new(Inner {
                log,
                limits,
                slots,
                partitions,
                closing,
                tasks,
            }),
        }
    }

    /// Sockets that are open.
    pub(super) fn sockets(&self) -> usize {
        self.inner.slots.taken()
    }

    /// Answers the handshake; what follows runs by itself. `from` is the last position that the client
    /// has; without it the socket begins at the head. The caller has checked that `follower` is a member.
    ///
    /// # Errors
    /// `from` is no position of the workspace, or there are too many sockets.
    pub(super) fn accept(
        &self,
        upgrade: WebSocketUpgrade,
        follower: Follower,
        from: Option<Position>,
    ) -> Result<Response, Problem> {
        let inner = Arc::clone(&self.inner);
        let head = inner
            .log
            .head(inner.log.partition_of(follower.workspace_id));
        let from = from.unwrap_or(head);
        if from.partition != head.partition || from.number > head.number {
            let detail = format!("{from} is no position of this workspace: its log ends at {head}");
            return Err(Problem::bad_request("position_ahead", detail));
        }
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
            let socket = Socket::new(&inner, follower, from);
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
