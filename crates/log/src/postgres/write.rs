//! Writing what was planned.

use std::collections::HashSet;

use tokio_postgres::types::ToSql;

use super::connect::{Error, Session, Values};
use super::facts::key_columns;
use super::row::{self, big, small};
use crate::facts::Key;
use crate::plan::Plan;
use crate::{Appended, Idempotency};

/// Moves heads that are locked.
pub(crate) const HEADS: &str = "UPDATE log.partitions AS stored \
     SET head = new.head, recorded_at = new.recorded_at, hash = new.hash \
     FROM unnest($1::int4[], $2::int8[], $3::int8[], $4::bytea[]) \
         AS new (partition, head, recorded_at, hash) \
     WHERE stored.partition = new.partition";

/// Stores idempotency keys. One that another process stored meanwhile fails the transaction, which is then
/// tried again and sees it.
pub(crate) const STORE_KEYS: &str = concat!(
    "INSERT INTO log.idempotency (",
    key_columns!(),
    ") SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::uuid[], $4::int4[], $5::int8[], \
     $6::int8[], $7::int8[], $8::bytea[])"
);

/// Stores claims; as with keys, one that was taken meanwhile fails the transaction.
pub(crate) const STORE_CLAIMS: &str = "INSERT INTO log.claims (key, stream_id) \
     SELECT * FROM unnest($1::bytea[], $2::uuid[])";

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
    let all = async {
        // Keys and claims first, in order, so that processes that store the same ones wait for each other
        // in one direction; COMMIT last.
        tokio::join!(
            biased;
            store_keys(session, plan),
            store_claims(session, plan, held),
            row::insert(session, &plan.rows),
            store_heads(session, plan),
            session.query(end, &[]),
        )
    };
    let done = session.bounded(Box::pin(async { Ok(all.await) })).await;
    let (keys, claims, rows, heads, ended) = done.map_err(Failed::AtCommit)?;
    for written in [keys, claims, rows, heads] {
        match written {
            Ok(()) => {}
            // Whatever the server refuses makes its COMMIT a rollback.
            Err(error) if !error.is_lost() => return Err(Failed::Before(error)),
            Err(error) => return Err(Failed::AtCommit(error)),
        }
    }
    ended.map(drop).map_err(Failed::AtCommit)
}

async fn store_heads(session: &Session, plan: &Plan) -> Result<(), Error> {
    let touched = plan.touched();
    if touched.is_empty() {
        return Ok(());
    }
    let heads = || {
        touched
            .iter()
            .map(|partition| &plan.heads[*partition as usize])
    };
    let partitions: Vec<i32> = touched.iter().map(|partition| small(*partition)).collect();
    let numbers: Vec<i64> = heads().map(|head| big(head.number)).collect();
    let times: Vec<i64> = heads().map(|head| head.recorded_at.as_millis()).collect();
    let hashes: Vec<&[u8]> = heads().map(|head| head.hash.as_slice()).collect();
    let values: Values<'_> = &[&partitions, &numbers, &times, &hashes];
    session.query(HEADS, values).await.map(drop)
}

async fn store_keys(session: &Session, plan: &Plan) -> Result<(), Error> {
    if plan.keys.is_empty() {
        return Ok(());
    }
    let mut sorted: Vec<&(Idempotency, Appended)> = plan.keys.iter().collect();
    sorted.sort_unstable_by_key(|(idempotency, _)| idempotency.key);
    let column = |of: &dyn Fn(&'_ Idempotency) -> Vec<u8>| -> Vec<Vec<u8>> {
        sorted
            .iter()
            .map(|(idempotency, _)| of(idempotency))
            .collect()
    };
    let number = |of: &dyn Fn(&Appended) -> i64| -> Vec<i64> {
        sorted.iter().map(|(_, appended)| of(appended)).collect()
    };
    let changes: Vec<uuid::Uuid> = sorted
        .iter()
        .map(|(_, appended)| appended.change_id.0)
        .collect();
    let partitions = sorted
        .iter()
        .map(|(_, appended)| small(appended.first.partition));
    let partitions: Vec<i32> = partitions.collect();
    let values: [&(dyn ToSql + Sync); 8] = [
        &column(&|idempotency| idempotency.key.to_vec()),
        &column(&|idempotency| idempotency.fingerprint.to_vec()),
        &changes,
        &partitions,
        &number(&|appended| big(appended.first.number)),
        &number(&|appended| big(appended.last.number)),
        &number(&|appended| appended.recorded_at.as_millis()),
        &column(&|idempotency| idempotency.reply.clone()),
    ];
    session.query(STORE_KEYS, &values).await.map(drop)
}

async fn store_claims(session: &Session, plan: &Plan, held: &HashSet<Key>) -> Result<(), Error> {
    let new = plan
        .claims
        .iter()
        .filter(|claim| !held.contains(&claim.key));
    let mut new: Vec<(Key, uuid::Uuid)> = new.map(|claim| (claim.key, claim.stream.0)).collect();
    new.sort_unstable();
    new.dedup_by_key(|(key, _)| *key);
    if new.is_empty() {
        return Ok(());
    }
    let keys: Vec<&[u8]> = new.iter().map(|(key, _)| key.as_slice()).collect();
    let streams: Vec<uuid::Uuid> = new.iter().map(|(_, stream)| *stream).collect();
    session
        .query(STORE_CLAIMS, &[&keys, &streams])
        .await
        .map(drop)
}
