//! Tails a partition and hands each event to those who follow its workspace.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::events::Event;
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_log::{Log, ReadError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::channel::Channel;
use super::frame::Frame;

/// Rows read at once.
const BATCH: usize = 500;
/// Joins that are kept.
const JOINS: usize = 1_024;
/// The type of the event by which somebody joins.
const JOINED: &str = "workspace.member_joined";
/// Wait after a read that failed.
const RETRY: Duration = Duration::from_millis(200);

/// One partition's fan-out.
pub(super) struct Broadcaster {
    log: Log,
    pub(super) partition: u32,
    followed: Mutex<Followed>,
    changed: watch::Sender<u64>,
}

/// How far the tail is, and who wants to know. One lock over both: whoever begins to follow misses
/// nothing that comes after `position`.
struct Followed {
    position: u64,
    channels: BTreeMap<WorkspaceId, Shared>,
    joins: Joins,
}

/// Who joined which workspace: for those who follow all of theirs.
#[derive(Default)]
struct Joins {
    /// How many follow all of theirs; without any nothing is noted.
    wanted: usize,
    /// Every join after this number is in `recent`, in order.
    floor: u64,
    recent: VecDeque<Join>,
}

/// Somebody joined a workspace.
#[derive(Clone, Copy)]
struct Join {
    number: u64,
    user: UserId,
    workspace: WorkspaceId,
}

/// What is known of the joins of somebody.
pub(super) enum Joined {
    /// Nothing new.
    Nothing,
    /// This workspace, at this number.
    At(u64, WorkspaceId),
    /// What they joined so long ago is not known any more.
    Forgotten,
}

/// The wish to know who joins; given up when dropped.
pub(super) struct JoinsWanted {
    broadcaster: Arc<Broadcaster>,
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
        let position = log.head(partition).number;
        let followed = Followed {
            position,
            channels: BTreeMap::new(),
            joins: Joins::default(),
        };
        Self {
            log,
            partition,
            followed: Mutex::new(followed),
            changed: watch::Sender::new(position),
        }
    }

    /// How far the tail is: everything up to there is in the channels of those who follow.
    pub(super) fn position(&self) -> u64 {
        self.followed().position
    }

    /// Changes whenever the tail moves.
    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// From now on it is noted who joins.
    pub(super) fn note_joins(self: &Arc<Self>) -> JoinsWanted {
        let mut followed = self.followed();
        if followed.joins.wanted == 0 {
            followed.joins.floor = followed.position;
            followed.joins.recent.clear();
        }
        followed.joins.wanted += 1;
        JoinsWanted {
            broadcaster: Arc::clone(self),
        }
    }

    /// The first workspace that somebody joined behind `after` and up to `upto`, those that `known` tells
    /// left out. `noted_from` is where they began to listen: what is before it, they know otherwise.
    pub(super) fn joined(
        &self,
        user: UserId,
        (after, upto): (u64, u64),
        noted_from: u64,
        known: impl Fn(WorkspaceId) -> bool,
    ) -> Joined {
        let followed = self.followed();
        let joins = &followed.joins;
        if after.max(noted_from) < joins.floor {
            return Joined::Forgotten;
        }
        let found = joins.recent.iter().find(|join| {
            let new = join.number > after && join.number <= upto;
            new && join.user == user && !known(join.workspace)
        });
        found.map_or(Joined::Nothing, |join| {
            Joined::At(join.number, join.workspace)
        })
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
            if followed.channels.is_empty() && followed.joins.wanted == 0 {
                followed.position = head;
                drop(followed);
                self.changed.send_replace(head);
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
            if followed.joins.wanted > 0 && &*row.header.event_type == JOINED {
                let join = self.join_of(row);
                followed.joins.note(join);
            }
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
        drop(followed);
        self.changed.send_replace(last.header.position.number);
    }

    /// An event that this process cannot read is no join that it could follow.
    fn join_of(&self, row: &Recorded) -> Option<Join> {
        let envelope = self.log.open_envelope(row).ok()?;
        let Event::WorkspaceMemberJoined(joined) = &envelope.event else {
            return None;
        };
        Some(Join {
            number: row.header.position.number,
            user: joined.member_id,
            workspace: row.header.workspace_id,
        })
    }

    fn followed(&self) -> MutexGuard<'_, Followed> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Joins {
    fn note(&mut self, join: Option<Join>) {
        self.recent.extend(join);
        while self.recent.len() > JOINS {
            if let Some(old) = self.recent.pop_front() {
                self.floor = old.number;
            }
        }
    }
}

impl Drop for JoinsWanted {
    fn drop(&mut self) {
        let mut followed = self.broadcaster.followed();
        followed.joins.wanted = followed.joins.wanted.saturating_sub(1);
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
