//! Writing what was planned.

use std::collections::HashSet;

use uuid::Uuid;

use super::connect::{Error, Session, Value};
use super::facts::key_columns;
use super::row::{self, Rows, big, small};
use crate::facts::Key;
use crate::plan::Plan;
use crate::{Appended, Idempotency};

/// Stores rows, moves the heads, which are locked, and stores keys and claims. A key, a claim or a version
/// that another process stored meanwhile fails the transaction, which is then tried again and sees it.
pub(crate) const WRITE: &str = concat!(
    "WITH moved AS (UPDATE log.partitions AS stored \
         SET head = new.head, recorded_at = new.recorded_at, hash = new.hash \
         FROM unnest($18::int4[], $19::int8[], $20::int8[], $21::bytea[]) \
             AS new (partition, head, recorded_at, hash) \
         WHERE stored.partition = new.partition), \
     kept AS (INSERT INTO log.idempotency (",
    key_columns!(),
    ") SELECT * FROM unnest($22::bytea[], $23::bytea[], $24::uuid[], $25::int4[], $26::int8[], \
         $27::int8[], $28::int8[], $29::bytea[])), \
     claimed AS (INSERT INTO log.claims (key, stream_id) \
         SELECT * FROM unnest($30::bytea[], $31::uuid[])) ",
    row::insert!()
);

/// Ends a transaction.
pub(crate) const COMMIT: &str = "COMMIT";
/// Ends a transaction without a trace.
pub(crate) const ROLLBACK: &str = "ROLLBACK";

/// Why the writing came to no good end.
pub(crate) enum Failed {
    /// Nothing was committed.
    Before(Error),
    /// COMMIT may have happened.
    AtCommit(Error),
}

/// Writes `plan` and ends the transaction with `end`, in one round trip. `held` are claims that are stored
/// already.
pub(crate) async fn plan(
    session: &Session,
    plan: &Plan,
    held: &HashSet<Key>,
    end: &'static str,
) -> Result<(), Failed> {
    let (rows, heads) = (Rows::of(&plan.rows), Heads::of(plan));
    let (keys, claims) = (Keys::of(plan), Claims::of(plan, held));
    let mut values = rows.values().to_vec();
    values.extend(heads.values());
    values.extend(keys.values());
    values.extend(claims.values());
    let all = async {
        // In this order onto the line: the first poll of each sends it.
        tokio::join!(biased; session.query(WRITE, &values), session.query(end, &[]))
    };
    let done = session.bounded(Box::pin(async { Ok(all.await) })).await;
    let (written, ended) = done.map_err(Failed::AtCommit)?;
    match written {
        Ok(_) => {}
        // Whatever the server refuses makes its COMMIT a rollback.
        Err(error) if !error.is_lost() => return Err(Failed::Before(error)),
        Err(error) => return Err(Failed::AtCommit(error)),
    }
    ended.map(drop).map_err(Failed::AtCommit)
}

/// Heads as columns.
struct Heads<'a> {
    partitions: Vec<i32>,
    numbers: Vec<i64>,
    times: Vec<i64>,
    hashes: Vec<&'a [u8]>,
}

impl<'a> Heads<'a> {
    fn of(plan: &'a Plan) -> Self {
        let touched = plan.touched();
        let heads = || {
            touched
                .iter()
                .map(|partition| &plan.heads[*partition as usize])
        };
        Self {
            partitions: touched.iter().map(|partition| small(*partition)).collect(),
            numbers: heads().map(|head| big(head.number)).collect(),
            times: heads().map(|head| head.recorded_at.as_millis()).collect(),
            hashes: heads().map(|head| head.hash.as_slice()).collect(),
        }
    }

    fn values(&self) -> [Value<'_>; 4] {
        [&self.partitions, &self.numbers, &self.times, &self.hashes]
    }
}

/// Idempotency keys as columns, in order: processes that store the same ones wait in one direction.
struct Keys<'a> {
    names: Vec<&'a [u8]>,
    fingerprints: Vec<&'a [u8]>,
    changes: Vec<Uuid>,
    partitions: Vec<i32>,
    firsts: Vec<i64>,
    lasts: Vec<i64>,
    times: Vec<i64>,
    replies: Vec<&'a [u8]>,
}

impl<'a> Keys<'a> {
    fn of(plan: &'a Plan) -> Self {
        let mut sorted: Vec<&(Idempotency, Appended)> = plan.keys.iter().collect();
        sorted.sort_unstable_by_key(|(key, _)| key.key);
        let keys = || sorted.iter().map(|(key, _)| key);
        let appended = || sorted.iter().map(|(_, appended)| appended);
        Self {
            names: keys().map(|key| key.key.as_slice()).collect(),
            fingerprints: keys().map(|key| key.fingerprint.as_slice()).collect(),
            changes: appended().map(|appended| appended.change_id.0).collect(),
            partitions: appended()
                .map(|appended| small(appended.first.partition))
                .collect(),
            firsts: appended()
                .map(|appended| big(appended.first.number))
                .collect(),
            lasts: appended()
                .map(|appended| big(appended.last.number))
                .collect(),
            times: appended()
                .map(|appended| appended.recorded_at.as_millis())
                .collect(),
            replies: keys().map(|key| key.reply.as_slice()).collect(),
        }
    }

    fn values(&self) -> [Value<'_>; 8] {
        [
            &self.names,
            &self.fingerprints,
            &self.changes,
            &self.partitions,
            &self.firsts,
            &self.lasts,
            &self.times,
            &self.replies,
        ]
    }
}

/// New claims as columns, in order.
struct Claims {
    keys: Vec<Vec<u8>>,
    streams: Vec<Uuid>,
}

impl Claims {
    fn of(plan: &Plan, held: &HashSet<Key>) -> Self {
        let new = plan
            .claims
            .iter()
            .filter(|claim| !held.contains(&claim.key));
        let mut new: Vec<(Key, Uuid)> = new.map(|claim| (claim.key, claim.stream.0)).collect();
        new.sort_unstable();
        new.dedup_by_key(|(key, _)| *key);
        Self {
            keys: new.iter().map(|(key, _)| key.to_vec()).collect(),
            streams: new.iter().map(|(_, stream)| *stream).collect(),
        }
    }

    fn values(&self) -> [Value<'_>; 2] {
        [&self.keys, &self.streams]
    }
}
