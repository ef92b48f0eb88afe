//! One batch as one transaction, and what is done when it does not come to its end.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use taskfold_contracts::ids::StreamId;
use taskfold_contracts::time::Clock;
use uuid::Uuid;

use super::connect::{Backoff, Connector, Error, Session, Values};
use super::facts::{self, Found, Wanted, partitions_of};
use super::pool::Pool;
use super::row::{big, small};
use super::side;
use super::write::{self, COMMIT, Failed, ROLLBACK};
use crate::job::{Batch, Side};
use crate::plan::Plan;
use crate::{Append, AppendError, Appended, Claim, Idempotency, WriteError, crash};

/// Whether the row that a batch ends with is there.
const LAST_ROW: &str =
    "SELECT 1 FROM log.events WHERE partition = $1 AND number = $2 AND hash = $3";

/// What a lane prepares at once, so that its messages go out in one piece.
const HOT: [&str; 6] = [
    facts::BEGIN,
    facts::LOCK,
    facts::FACTS,
    write::WRITE,
    COMMIT,
    ROLLBACK,
];

/// Tries after which a batch that sees ever new partitions or keys is given up.
const TRIES: u32 = 50;

/// One lane's connection and what it takes to use it.
pub(crate) struct Writer {
    pub(crate) connector: Arc<Connector>,
    pub(crate) session: Option<Session>,
    /// `P`.
    pub(crate) partitions: u32,
    pub(crate) patience: Duration,
    pub(crate) clock: Arc<dyn Clock>,
    /// The other databases of the log.
    pub(crate) elsewhere: Vec<Arc<Pool>>,
}

/// A transaction that did not come to its end.
enum Failure {
    /// Nothing was committed.
    Before(Error),
    /// COMMIT may have happened.
    AtCommit(Error, Box<Plan>),
    /// A stream that the batch relies on stands in a partition that is not locked.
    Wider(BTreeSet<u32>),
}

/// What became of a transaction whose COMMIT failed.
enum Fate {
    Stands,
    Gone,
    Unknown(Error),
}

impl Writer {
    /// Commits `appends` and `sides` together. Each append is answered for itself. Whatever may pass
    /// (connections cut, locks, restarts) is tried again for as long as the patience lasts.
    pub(crate) async fn commit(&mut self, appends: &[Append], sides: &[Side]) -> Batch {
        crash::hit("log.before_begin");
        let mut locked = partitions_of(appends, self.partitions);
        let mut backoff = Backoff::new(self.patience);
        for _ in 0..TRIES {
            let error = match self.attempt(appends, sides, &locked).await {
                Ok(batch) => return batch,
                Err(Failure::Wider(more)) => {
                    locked.extend(more);
                    self.roll_back().await;
                    continue;
                }
                Err(Failure::AtCommit(error, plan)) => {
                    tracing::warn!(%error, "a commit of the log failed; looking what became of it");
                    match self.fate(&plan, &locked).await {
                        Fate::Stands => return Batch::stored(*plan),
                        Fate::Gone => error,
                        Fate::Unknown(then) => return Batch::unknown(*plan, &error, &then),
                    }
                }
                Err(Failure::Before(error)) => error,
            };
            self.leave(&error).await;
            if !error.is_transient() || !backoff.wait().await {
                return Batch::refused(appends.len(), error.to_string());
            }
        }
        Batch::refused(
            appends.len(),
            "other processes were always faster".to_owned(),
        )
    }

    async fn attempt(
        &mut self,
        appends: &[Append],
        sides: &[Side],
        locked: &BTreeSet<u32>,
    ) -> Result<Batch, Failure> {
        self.ready().await.map_err(Failure::Before)?;
        let Some(session) = &self.session else {
            return Err(Failure::Before(Error::Injected));
        };
        let wanted = Wanted::of(appends);
        let found = facts::begin(session, locked, &wanted, self.partitions).await;
        let mut found = found.map_err(Failure::Before)?;
        let more: BTreeSet<u32> = found.homes.values().copied().collect();
        if !more.is_subset(locked) {
            return Err(Failure::Wider(more));
        }
        self.look_elsewhere(appends, &mut found)
            .await
            .map_err(Failure::Before)?;
        for one in sides {
            let stored = session.bounded(side::store(session, one)).await;
            stored.map_err(Failure::Before)?;
        }
        let held: HashSet<_> = found.facts.claims.keys().copied().collect();
        let plan = Plan::new(found.heads, found.facts, self.clock.now(), appends.to_vec());
        crash::hit("log.before_commit");
        let refused = crash::fault("log.commit_refused");
        let forgotten = crash::bug("log.commit_forgotten");
        let end = if refused || forgotten {
            ROLLBACK
        } else {
            COMMIT
        };
        match write::plan(session, &plan, &held, end).await {
            Ok(()) => {}
            Err(Failed::Before(error)) => return Err(Failure::Before(error)),
            Err(Failed::AtCommit(error)) => return Err(Failure::AtCommit(error, Box::new(plan))),
        }
        crash::hit("log.after_commit");
        if refused || crash::fault("log.commit_unclear") {
            return Err(Failure::AtCommit(Error::Injected, Box::new(plan)));
        }
        Ok(Batch::stored(plan))
    }

    /// Streams that a decision read in another database, and claims, are looked up there as well. What is
    /// found there cannot be locked from here: of two that claim one value in two databases in the same
    /// millisecond, both may get it.
    async fn look_elsewhere(&self, appends: &[Append], found: &mut Found) -> Result<(), Error> {
        if self.elsewhere.is_empty() {
            return Ok(());
        }
        let named = appends.iter().flat_map(|append| &append.expected);
        let unknown = |stream: &StreamId| !found.facts.heads.contains_key(stream);
        let streams = named.filter(|(stream, version)| version.0 > 0 && unknown(stream));
        let streams: Vec<Uuid> = streams.map(|(stream, _)| stream.0).collect();
        let claims = appends.iter().flat_map(|append| &append.claims);
        let claims: Vec<Vec<u8>> = claims.map(|claim| claim.key.to_vec()).collect();
        if streams.is_empty() && claims.is_empty() {
            return Ok(());
        }
        let none: Vec<Vec<u8>> = Vec::new();
        let mut there = Found::default();
        for pool in &self.elsewhere {
            let values: Values<'_> = &[&streams, &none, &claims];
            for row in pool.query(facts::FACTS, values).await? {
                there.take(&row)?;
            }
        }
        found.facts.heads.extend(there.facts.heads);
        found.facts.claims.extend(there.facts.claims);
        Ok(())
    }

    /// After a failed COMMIT: takes the same locks on a new connection. Once it has them, the transaction
    /// that held them has ended one way or the other, and what is stored stays as it is.
    async fn fate(&mut self, plan: &Plan, locked: &BTreeSet<u32>) -> Fate {
        self.abandon();
        if crash::fault("log.fence_refused") {
            return Fate::Unknown(Error::Injected);
        }
        let mut backoff = Backoff::new(self.patience);
        loop {
            let looked = self.look(plan, locked).await;
            let error = match looked {
                Ok(stands) => {
                    self.roll_back().await;
                    return if stands { Fate::Stands } else { Fate::Gone };
                }
                Err(error) => error,
            };
            self.leave(&error).await;
            if !error.is_transient() || !backoff.wait().await {
                return Fate::Unknown(error);
            }
        }
    }

    async fn look(&mut self, plan: &Plan, locked: &BTreeSet<u32>) -> Result<bool, Error> {
        self.ready().await?;
        let Some(session) = &self.session else {
            return Err(Error::Injected);
        };
        let wanted = Wanted::of_plan(plan);
        let found = facts::begin(session, locked, &wanted, self.partitions).await?;
        if let Some(last) = plan.rows.last() {
            let at = last.header.position;
            let (partition, number) = (small(at.partition), big(at.number));
            let hash = last.hash.as_slice();
            let values: Values<'_> = &[&partition, &number, &hash];
            let last = session.query(LAST_ROW, values);
            return Ok(!session.bounded(last).await?.is_empty());
        }
        let anything = !plan.keys.is_empty() || !plan.claims.is_empty();
        let kept = |(key, _): &(Idempotency, Appended)| found.facts.keys.contains_key(&key.key);
        let claimed = |claim: &Claim| found.facts.claims.get(&claim.key) == Some(&claim.stream);
        Ok(anything && plan.keys.iter().all(kept) && plan.claims.iter().all(claimed))
    }

    /// A connection on which the hot statements are prepared.
    async fn ready(&mut self) -> Result<(), Error> {
        if self.session.as_ref().is_some_and(Session::is_closed) {
            self.session = None;
        }
        if self.session.is_none() {
            let session = self.connector.connect().await?;
            session.bounded(session.prepare_all(&HOT)).await?;
            self.session = Some(session);
        }
        Ok(())
    }

    /// Leaves what failed behind. A server that did not answer is not asked anything more.
    async fn leave(&mut self, error: &Error) {
        if error.is_lost() {
            self.abandon();
        } else {
            self.roll_back().await;
        }
    }

    /// Leaves the transaction, if there is one; a connection that cannot is given up.
    async fn roll_back(&mut self) {
        let Some(session) = &self.session else {
            return;
        };
        if session.is_closed() || session.bounded(session.batch(ROLLBACK)).await.is_err() {
            self.abandon();
        }
    }

    fn abandon(&mut self) {
        if let Some(session) = self.session.take() {
            session.abandon();
        }
    }
}

impl Batch {
    fn stored(plan: Plan) -> Self {
        Self {
            answers: plan.answers,
            rows: plan.rows,
            sides: Ok(()),
        }
    }

    /// Appends may be stored or not, except those that were stored before.
    fn unknown(plan: Plan, error: &Error, then: &Error) -> Self {
        let message = format!("{error}; then {then}");
        let new: HashSet<_> = plan
            .keys
            .iter()
            .map(|(_, appended)| appended.last)
            .collect();
        // What a transaction that may have failed said about conflicts may be no longer true either; a
        // replay of what was stored before it is.
        let answer = |answer: Result<Appended, AppendError>| {
            let replay = answer
                .ok()
                .filter(|appended| appended.replayed && !new.contains(&appended.last));
            replay.ok_or_else(|| AppendError::Unknown(message.clone()))
        };
        Self {
            answers: plan.answers.into_iter().map(answer).collect(),
            rows: Vec::new(),
            sides: Err(WriteError::Storage(message.clone())),
        }
    }
}

#[cfg(all(test, feature = "crash-points", feature = "conformance"))]
#[path = "commit_tests.rs"]
mod tests;
