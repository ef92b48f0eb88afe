//! Tails a partition and hands each event to those who follow its workspace.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_log::{Log, ReadError};
use tokio_util::sync::CancellationToken;

use super::channel::Channel;
use super::frame::Frame;

/// Rows read at once.
const BATCH: usize = 500;
/// Wait after a read that failed.
const RETRY: Duration = Duration::from_millis(200);

/// One partition's fan-out.
pub(super) struct Broadcaster {
    log: Log,
    partition: u32,
    followed: Mutex<Followed>,
}

/// How far the tail is, and who wants to know. One lock over both: whoever begins to follow misses
/// nothing that comes after `position`.
struct Followed {
    position: u64,
    channels: BTreeMap<WorkspaceId, Shared>,
}

/// A channel and how many follow it.
struct Shared {
    channel: Arc<Channel>,
    followers: usize,
}

/// A place among those who follow a workspace; given up when dropped.
pub(super) struct Subscription {
    broadcaster: Arc<Broadcaster>,
    workspace: WorkspaceId,
    pub(super) channel: Arc<Channel>,
}

impl Broadcaster {
    pub(super) fn new(log: Log, partition: u32) -> Self {
        let followed = Followed {
            position: log.head(partition).number,
            channels: BTreeMap::new(),
        };
        Self {
            log,
            partition,
            followed: Mutex::new(followed),
        }
    }

    /// Follows a workspace.
    pub(super) fn follow(self: &Arc<Self>, workspace: WorkspaceId) -> Subscription {
        let mut followed = self.followed();
        let floor = followed.position;
        let shared = followed
            .channels
            .entry(workspace)
            .or_insert_with(|| Shared {
                channel: Arc::new(Channel::new(floor)),
                followers: 0,
            });
        shared.followers += 1;
        Subscription {
            channel: Arc::clone(&shared.channel),
            broadcaster: Arc::clone(self),
            workspace,
        }
    }

    /// Works until `closing`.
    pub(super) async fn run(self: Arc<Self>, closing: CancellationToken) {
        let mut head = self.log.watch(self.partition);
        loop {
            let position = self.followed().position;
            let woken = tokio::select! {
                () = closing.cancelled() => return,
                woken = head.wait_for(|head| *head > position) => woken.map(|head| *head),
            };
            // The log is gone.
            let Ok(head) = woken else { return };
            if let Err(error) = self.forward(head).await {
                tracing::error!(partition = self.partition, %error, "live updates cannot read the log");
                tokio::time::sleep(RETRY).await;
            }
        }
    }

    /// Hands out what lies between the tail and `head`, or a part of it.
    async fn forward(&self, head: u64) -> Result<(), ReadError> {
        let position = {
            let mut followed = self.followed();
            if followed.channels.is_empty() {
                followed.position = head;
                return Ok(());
            }
            followed.position
        };
        let rows = self
            .log
            .read_partition(self.partition, position, BATCH)
            .await?;
        self.publish(&rows);
        Ok(())
    }

    fn publish(&self, rows: &[Arc<Recorded>]) {
        let Some(last) = rows.last() else { return };
        let mut followed = self.followed();
        let mut frames: BTreeMap<WorkspaceId, Vec<Arc<Frame>>> = BTreeMap::new();
        for row in rows {
            let workspace = row.header.workspace_id;
            if followed.channels.contains_key(&workspace) {
                let frame = Arc::new(Frame::of(&self.log, row));
                frames.entry(workspace).or_default().push(frame);
            }
        }
        for (workspace, frames) in frames {
            if let Some(shared) = followed.channels.get(&workspace) {
                shared.channel.publish(frames);
            }
        }
        followed.position = last.header.position.number;
    }

    fn followed(&self) -> MutexGuard<'_, Followed> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut followed = self.broadcaster.followed();
        let Some(shared) = followed.channels.get_mut(&self.workspace) else {
            return;
        };
        shared.followers -= 1;
        if shared.followers == 0 {
            followed.channels.remove(&self.workspace);
        }
    }
}
