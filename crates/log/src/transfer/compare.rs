//! What two logs hold, as hashes that are equal when it is the same.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use taskfold_contracts::envelope::{Hash, chain};
use taskfold_contracts::position::Position;

use super::{Moment, PIECE};
use crate::{Claim, Log, ReadError, Replay, Verification};

/// What a log holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Events.
    pub events: u64,
    /// Of the last hash of each partition. When the copy has another number of partitions, of what the events
    /// of each workspace say, in their order, whatever their positions.
    pub hash: Hash,
    /// Idempotency keys.
    pub keys: u64,
    /// Of all idempotency keys with their answers.
    pub keys_hash: Hash,
    /// Claims.
    pub claims: u64,
    /// Of all claims with their holders.
    pub claims_hash: Hash,
}

/// A log beside its copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The source, as it stood when it was copied.
    pub source: Contents,
    /// The copy.
    pub target: Contents,
    /// Of the copy: the chain, positions and versions of all its rows.
    pub verification: Verification,
}

impl Comparison {
    /// What of the copy is not what it should be.
    pub fn difference(&self) -> Option<&'static str> {
        let (source, target) = (&self.source, &self.target);
        if !self.verification.is_sound() {
            Some("the hash chain")
        } else if source.events != target.events || source.hash != target.hash {
            Some("an event")
        } else if source.keys != target.keys || source.keys_hash != target.keys_hash {
            Some("an idempotency key")
        } else {
            let same = source.claims == target.claims && source.claims_hash == target.claims_hash;
            (!same).then_some("a claim")
        }
    }
}

/// Things whose order does not count.
#[derive(Default)]
struct Set {
    count: u64,
    hash: Hash,
}

impl Set {
    fn add(&mut self, member: Sha256) {
        let member: Hash = member.finalize().into();
        self.count += 1;
        for (byte, other) in self.hash.iter_mut().zip(member) {
            *byte ^= other;
        }
    }
}

/// Reads the copy from its beginning, and of the source what is needed.
pub(super) async fn compare(
    source: &Log,
    moment: &Moment,
    copy: &Log,
    keeps_positions: bool,
    progress: impl FnMut(u64, u64) + Send + 'static,
) -> Result<Comparison, ReadError> {
    let verification = copy.verify(progress).await?;
    let copied = copy.moment().await?;
    let (here, there) = if keeps_positions {
        // The rows were checked against the source's chain when they were copied.
        (
            ends(moment.heads.iter().map(|head| head.hash)),
            ends(verification.hashes.iter().copied()),
        )
    } else {
        (said(source, moment).await?, said(copy, &copied).await?)
    };
    Ok(Comparison {
        source: contents(source, moment, here, keeps_positions).await?,
        target: contents(copy, &copied, there, keeps_positions).await?,
        verification,
    })
}

fn ends(hashes: impl Iterator<Item = Hash>) -> Hash {
    let mut all = Sha256::new();
    hashes.for_each(|hash| all.update(hash));
    all.finalize().into()
}

async fn contents(
    log: &Log,
    moment: &Moment,
    hash: Hash,
    keeps_positions: bool,
) -> Result<Contents, ReadError> {
    let (mut keys, mut claims) = (Set::default(), Set::default());
    let mut after = Some((0, None));
    while let Some(place) = after {
        let (page, next) = log.covered_keys(moment, place, PIECE).await?;
        for (key, replay) in &page {
            keys.add(of_key(key, replay, keeps_positions));
        }
        after = next;
    }
    moment
        .claims
        .iter()
        .for_each(|claim| claims.add(of_claim(claim)));
    Ok(Contents {
        events: moment.heads.iter().map(|head| head.number).sum(),
        hash,
        keys: keys.count,
        keys_hash: keys.hash,
        claims: claims.count,
        claims_hash: claims.hash,
    })
}

fn of_key(key: &Hash, replay: &Replay, keeps_positions: bool) -> Sha256 {
    let appended = &replay.appended;
    let mut hash = Sha256::new()
        .chain_update(key)
        .chain_update(replay.fingerprint)
        .chain_update(appended.change_id.as_bytes())
        .chain_update(appended.recorded_at.as_millis().to_be_bytes());
    let places = [appended.first, appended.last];
    for place in places.into_iter().filter(|_| keeps_positions) {
        hash.update(place.partition.to_be_bytes());
        hash.update(place.number.to_be_bytes());
    }
    hash.chain_update(&appended.reply)
}

fn of_claim(claim: &Claim) -> Sha256 {
    Sha256::new()
        .chain_update(claim.key)
        .chain_update(claim.stream.as_bytes())
}

/// A chain of the events of each workspace, in their order and without their positions; then one hash of all.
async fn said(log: &Log, moment: &Moment) -> Result<Hash, ReadError> {
    let mut workspaces: BTreeMap<[u8; 16], Hash> = BTreeMap::new();
    let nowhere = Position {
        partition: 0,
        number: 0,
    };
    for (partition, head) in (0..).zip(&moment.heads) {
        let mut after = 0;
        while after < head.number {
            let rows = log.read_partition(partition, after, PIECE).await?;
            let rows = rows
                .iter()
                .filter(|row| row.header.position.number <= head.number);
            let begun = after;
            for row in rows {
                let mut header = row.header.clone();
                header.position = nowhere;
                let hash = workspaces
                    .entry(*header.workspace_id.as_bytes())
                    .or_default();
                *hash = chain(hash, &header, &row.payload);
                after = row.header.position.number;
            }
            if after == begun {
                // Rows are missing, which verification tells.
                break;
            }
            // Hashing a page takes milliseconds: let others run.
            tokio::task::yield_now().await;
        }
    }
    let mut all = Sha256::new();
    for (workspace, hash) in workspaces {
        all.update(workspace);
        all.update(hash);
    }
    Ok(all.finalize().into())
}
