//! What a batch must know before it writes: stream heads, idempotency keys, claims. Kept up to date while
//! the batch is planned, so that appends of one batch see each other as if they were committed one by one.

use std::collections::HashMap;

use taskfold_contracts::ids::StreamId;
use taskfold_contracts::position::Version;

use crate::{Append, AppendError, Appended, Claim, Idempotency, Replay};

pub(crate) type Key = [u8; 32];

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Greatest version of each stream that has events.
    pub(crate) heads: HashMap<StreamId, u64>,
    pub(crate) keys: HashMap<Key, Replay>,
    pub(crate) claims: HashMap<Key, StreamId>,
}

impl Facts {
    /// Whether `append` may be stored: `None` when it may, the first answer when it already was.
    pub(crate) fn check(&self, append: &Append) -> Result<Option<Appended>, AppendError> {
        if let Some(idempotency) = &append.idempotency
            && let Some(replay) = self.keys.get(&idempotency.key)
        {
            return if replay.fingerprint == idempotency.fingerprint {
                Ok(Some(replay.appended.clone()))
            } else {
                Err(AppendError::KeyReused)
            };
        }
        for (stream, expected) in &append.expected {
            let actual = Version(self.heads.get(stream).copied().unwrap_or_default());
            if actual != *expected {
                return Err(AppendError::Conflict {
                    stream: *stream,
                    expected: *expected,
                    actual,
                });
            }
        }
        self.check_claims(&append.claims)?;
        Ok(None)
    }

    fn check_claims(&self, claims: &[Claim]) -> Result<(), AppendError> {
        for (index, claim) in claims.iter().enumerate() {
            let earlier = claims[..index].iter().find(|other| other.key == claim.key);
            let holder = earlier
                .map(|other| other.stream)
                .or(self.claims.get(&claim.key).copied());
            if let Some(holder) = holder.filter(|holder| *holder != claim.stream) {
                return Err(AppendError::ClaimTaken {
                    stream: claim.stream,
                    holder,
                });
            }
        }
        Ok(())
    }

    /// The next version of `stream`.
    pub(crate) fn advance(&mut self, stream: StreamId) -> Version {
        let head = self.heads.entry(stream).or_default();
        *head += 1;
        Version(*head)
    }

    /// A later append of the batch with the same key gets the same answer.
    pub(crate) fn remember(&mut self, idempotency: &Idempotency, appended: &Appended) {
        let replay = Replay {
            fingerprint: idempotency.fingerprint,
            appended: Appended {
                replayed: true,
                ..appended.clone()
            },
        };
        self.keys.insert(idempotency.key, replay);
    }
}

/// The streams that a batch relies on or writes, each once, in order.
pub(crate) fn streams_of(appends: &[Append]) -> Vec<StreamId> {
    let mut streams: Vec<StreamId> = Vec::new();
    for append in appends {
        streams.extend(append.expected.iter().map(|(stream, _)| *stream));
        streams.extend(append.drafts.iter().map(|draft| draft.stream_id));
    }
    streams.sort_unstable();
    streams.dedup();
    streams
}
