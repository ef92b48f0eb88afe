//! What a socket follows: one workspace, or all of a person's, in one or several partitions. In each
//! partition the events come in order of position, whatever workspace they are of, so that one position a
//! partition is all that a client must keep to go on.

use std::collections::BTreeMap;
use std::sync::Arc;

use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_log::{Log, ReadError};
use tokio::sync::watch;

use super::broadcast::{Broadcaster, Joined, JoinsWanted, Subscription};
use super::channel::Next;
use super::frame::Frame;

/// Rows read from the log at once for a workspace that is behind.
const PAGE: usize = 100;

/// What is followed, and how far it was sent.
pub(super) struct Feed {
    log: Log,
    tracks: Vec<Track>,
}

/// One partition of it.
struct Track {
    broadcaster: Arc<Broadcaster>,
    changed: watch::Receiver<u64>,
    subscriptions: BTreeMap<WorkspaceId, Subscription>,
    /// Everything up to here was sent.
    sent: Position,
    /// Who follows all of their workspaces.
    joining: Option<Joining>,
}

/// Whose joins are awaited.
pub(super) struct Joining {
    user: UserId,
    /// Where they began to be noted.
    noted_from: u64,
    _noted: JoinsWanted,
}

/// What comes next in a partition.
pub(super) struct Batch {
    track: usize,
    /// In order of position.
    pub(super) frames: Vec<Arc<Frame>>,
    /// Everything up to here is in `frames`, or was sent before.
    upto: u64,
    /// What is followed behind that.
    pub(super) joined: Option<(Position, WorkspaceId)>,
}

impl Joining {
    /// From now on it is noted what `user` joins.
    pub(super) fn note(broadcaster: &Arc<Broadcaster>, user: UserId) -> Self {
        let noted = broadcaster.note_joins();
        Self {
            user,
            noted_from: broadcaster.position(),
            _noted: noted,
        }
    }
}

impl Feed {
    /// Follows nothing yet.
    pub(super) fn new(log: Log) -> Self {
        Self {
            log,
            tracks: Vec::new(),
        }
    }

    /// Adds a partition: what comes in it is behind `sent`.
    pub(super) fn add(
        &mut self,
        broadcaster: &Arc<Broadcaster>,
        workspaces: impl Iterator<Item = WorkspaceId>,
        sent: Position,
        joining: Option<Joining>,
    ) {
        let subscriptions: BTreeMap<_, _> = workspaces
            .map(|workspace| (workspace, broadcaster.follow(workspace)))
            .collect();
        // Whoever follows one workspace is not woken by what happens in others.
        let only = subscriptions.values().next().filter(|_| joining.is_none());
        let changed = only.map_or_else(|| broadcaster.watch(), |only| only.channel.watch());
        self.tracks.push(Track {
            changed,
            subscriptions,
            broadcaster: Arc::clone(broadcaster),
            sent,
            joining,
        });
    }

    /// Where it is, one position a partition.
    pub(super) fn positions(&self) -> Vec<Position> {
        self.tracks.iter().map(|track| track.sent).collect()
    }

    /// What is followed.
    pub(super) fn workspaces(&self) -> Vec<WorkspaceId> {
        let followed = self
            .tracks
            .iter()
            .flat_map(|track| track.subscriptions.keys());
        followed.copied().collect()
    }

    /// Whether this one is followed.
    pub(super) fn follows(&self, workspace: WorkspaceId) -> bool {
        let mut tracks = self.tracks.iter();
        tracks.any(|track| track.subscriptions.contains_key(&workspace))
    }

    /// Whether all workspaces of a person are followed.
    pub(super) fn is_of_all(&self) -> bool {
        self.tracks.iter().any(|track| track.joining.is_some())
    }

    /// What comes next, without waiting; none when there is nothing new.
    ///
    /// # Errors
    /// The log cannot be read, or the client is so far behind that it has to begin again.
    pub(super) async fn next(&self) -> Result<Option<Batch>, ReadError> {
        for (index, track) in self.tracks.iter().enumerate() {
            if let Some(batch) = track.next(&self.log, index).await? {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// Waits until there may be something new. Dropping it loses nothing.
    pub(super) async fn changed(&mut self) -> Result<(), ReadError> {
        let waiting = self.tracks.iter_mut().map(|track| {
            let sent = track.sent.number;
            Box::pin(async move { track.changed.wait_for(|at| *at > sent).await.map(drop) })
        });
        let (woken, _, _) = futures_util::future::select_all(waiting).await;
        woken.map_err(|_| ReadError::Storage("the tail of the log ended".to_owned()))
    }

    /// Notes that a frame was sent.
    pub(super) fn sent(&mut self, batch: &Batch, position: Position) {
        self.tracks[batch.track].sent = position;
    }

    /// Notes that a batch was sent, and follows what was joined.
    pub(super) fn done(&mut self, batch: &Batch) {
        let track = &mut self.tracks[batch.track];
        track.sent.number = track.sent.number.max(batch.upto);
        if let Some((_, workspace)) = batch.joined {
            let subscription = track.broadcaster.follow(workspace);
            track.subscriptions.insert(workspace, subscription);
        }
    }

    /// Follows a workspace no more.
    pub(super) fn leave(&mut self, workspace: WorkspaceId) {
        for track in &mut self.tracks {
            track.subscriptions.remove(&workspace);
        }
    }
}

impl Track {
    async fn next(&self, log: &Log, index: usize) -> Result<Option<Batch>, ReadError> {
        // Before the channels are looked at: they have everything up to here.
        let mut upto = self.broadcaster.position();
        let after = self.sent.number;
        if upto <= after {
            return Ok(None);
        }
        let joined = self.joined(upto)?;
        if let Some((position, _)) = joined {
            upto = position.number - 1;
        }
        let mut frames = Vec::new();
        for (workspace, subscription) in &self.subscriptions {
            let found = match subscription.channel.after(after) {
                Next::Frames(found, all) => {
                    upto = if all { upto } else { limit(upto, &found) };
                    found
                }
                Next::Behind(floor) => {
                    upto = upto.min(floor);
                    let found = read(log, *workspace, after, upto).await?;
                    upto = if found.len() < PAGE {
                        upto
                    } else {
                        limit(upto, &found)
                    };
                    found
                }
            };
            frames.extend(found);
        }
        frames.retain(|frame| frame.position.number <= upto);
        frames.sort_by_key(|frame| frame.position.number);
        let joined = joined.filter(|(position, _)| position.number - 1 == upto);
        Ok(Some(Batch {
            track: index,
            frames,
            upto,
            joined,
        }))
    }

    /// The first workspace that is joined up to there, and where.
    fn joined(&self, upto: u64) -> Result<Option<(Position, WorkspaceId)>, ReadError> {
        let Some(joining) = &self.joining else {
            return Ok(None);
        };
        let known = |workspace| self.subscriptions.contains_key(&workspace);
        let reach = (self.sent.number, upto);
        match self
            .broadcaster
            .joined(joining.user, reach, joining.noted_from, known)
        {
            Joined::Nothing => Ok(None),
            Joined::At(number, workspace) => {
                let position = Position {
                    number,
                    ..self.sent
                };
                Ok(Some((position, workspace)))
            }
            Joined::Forgotten => Err(ReadError::Storage(
                "a live socket is so far behind that what its person joined is not known"
                    .to_owned(),
            )),
        }
    }
}

/// Not farther than the frames go.
fn limit(upto: u64, frames: &[Arc<Frame>]) -> u64 {
    frames
        .last()
        .map_or(upto, |last| upto.min(last.position.number))
}

async fn read(
    log: &Log,
    workspace: WorkspaceId,
    after: u64,
    upto: u64,
) -> Result<Vec<Arc<Frame>>, ReadError> {
    let rows = log
        .read_workspace(workspace, after, Some(upto), PAGE)
        .await?;
    Ok(rows
        .iter()
        .map(|row| Arc::new(Frame::of(log, row)))
        .collect())
}
