//! The last events of a workspace that somebody follows.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::frame::Frame;

/// Frames kept for each workspace that is followed.
const FRAMES: usize = 256;
/// Bytes of them, about.
const BYTES: usize = 512 * 1024;
/// Frames handed out at once.
const BATCH: usize = 64;

/// The frames of one workspace, newest last.
pub(super) struct Channel {
    recent: Mutex<Recent>,
    changed: watch::Sender<u64>,
}

struct Recent {
    /// All events of the workspace after this number, and up to the last one published, are in `frames`.
    floor: u64,
    frames: VecDeque<Arc<Frame>>,
    bytes: usize,
}

/// What follows a number.
pub(super) enum Next {
    /// These, and whether they are all that were published; none when there is nothing new.
    Frames(Vec<Arc<Frame>>, bool),
    /// The ring does not reach back so far: read the log up to this number.
    Behind(u64),
}

impl Channel {
    /// A channel of which everything after `floor` will be published.
    pub(super) fn new(floor: u64) -> Self {
        let recent = Recent {
            floor,
            frames: VecDeque::new(),
            bytes: 0,
        };
        Self {
            recent: Mutex::new(recent),
            changed: watch::Sender::new(floor),
        }
    }

    /// Adds frames, in order of position, then wakes the sockets.
    pub(super) fn publish(&self, frames: Vec<Arc<Frame>>) {
        let Some(last) = frames.last().map(|frame| frame.position.number) else {
            return;
        };
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        for frame in frames {
            recent.push(frame);
        }
        drop(recent);
        self.changed.send_replace(last);
    }

    /// Tells the number of the last frame that was published.
    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// What follows `number`.
    pub(super) fn after(&self, number: u64) -> Next {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if number < recent.floor {
            return Next::Behind(recent.floor);
        }
        let first = recent
            .frames
            .partition_point(|frame| frame.position.number <= number);
        let following = recent.frames.range(first..);
        let all = following.len() <= BATCH;
        Next::Frames(following.take(BATCH).map(Arc::clone).collect(), all)
    }
}

impl Recent {
    fn push(&mut self, frame: Arc<Frame>) {
        self.bytes += frame.bytes();
        self.frames.push_back(frame);
        while self.frames.len() > FRAMES || self.bytes > BYTES {
            let Some(old) = self.frames.pop_front() else {
                break;
            };
            self.bytes -= old.bytes();
            self.floor = old.position.number;
        }
    }
}
