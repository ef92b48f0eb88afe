//! Databases into which a log is copied.

use std::collections::{BTreeSet, HashSet};

use taskfold_contracts::position::Position;

use super::connect::{Connector, Error, Session};
use super::facts::{self, Wanted, read_head};
use super::options::PostgresOptions;
use super::write::{self, Failed};
use super::{migrate, read, row, side};
use crate::head::Head;
use crate::job::Side;
use crate::plan::Plan;
use crate::transfer::{MARK, Standing};
use crate::{OpenError, WriteError};

/// How far a copy is.
pub(crate) const MARKS: &str = "SELECT partition, number FROM log.watermarks WHERE consumer = $1";
const REMOVE_MARKS: &str = "DELETE FROM log.watermarks WHERE consumer = $1";
/// Takes as long as it takes.
const CLEAR_KEYS: &str =
    "BEGIN; SET LOCAL statement_timeout = 0; DELETE FROM log.idempotency; COMMIT";

/// See the module.
pub(crate) struct Target {
    pub(crate) postgres: PostgresOptions,
    partitions: u32,
    /// One a database.
    sessions: Vec<Session>,
}

impl Target {
    /// Connects to databases that are migrated to this program and have so many partitions.
    pub(crate) async fn open(
        postgres: PostgresOptions,
        partitions: u32,
    ) -> Result<Self, OpenError> {
        let mut sessions = Vec::new();
        for (shard, url) in postgres.urls.iter().enumerate() {
            let connector = Connector::new(url, &postgres)?;
            migrate::check(&connector, partitions, (shard, postgres.urls.len()), true).await?;
            let session = connector.connect().await;
            sessions.push(session.map_err(|error| connector.unusable(&error))?);
        }
        Ok(Self {
            postgres,
            partitions,
            sessions,
        })
    }

    pub(crate) fn partitions(&self) -> u32 {
        self.partitions
    }

    pub(crate) async fn standing(&self, shard: usize) -> Result<Standing, WriteError> {
        let session = &self.sessions[shard];
        let mut heads = vec![Head::start(); self.partitions as usize];
        for row in session.query(read::HEADS, &[]).await? {
            let (partition, head) = read_head(&row)?;
            if let Some(place) = heads.get_mut(partition as usize) {
                *place = head;
            }
        }
        let marks = session.query(MARKS, &[&MARK]).await?;
        let marks = marks.iter().map(|row| {
            let at = row::position(row.try_get(0)?, row.try_get(1)?);
            Ok((at.partition, at.number))
        });
        Ok(Standing {
            heads,
            marks: marks.collect::<Result<_, Error>>()?,
        })
    }

    /// Stores what was planned on heads that stand at `before`, and moves the marks, together.
    pub(crate) async fn store(
        &self,
        shard: usize,
        before: &[Head],
        plan: &Plan,
        marks: Vec<Position>,
    ) -> Result<(), WriteError> {
        let session = &self.sessions[shard];
        let done = self.attempt(session, before, plan, marks).await;
        if done.is_err() {
            // A lost session has rolled back by itself.
            drop(session.batch(write::ROLLBACK).await);
        }
        done
    }

    async fn attempt(
        &self,
        session: &Session,
        before: &[Head],
        plan: &Plan,
        marks: Vec<Position>,
    ) -> Result<(), WriteError> {
        let touched: BTreeSet<u32> = plan.touched().into_iter().collect();
        let wanted = Wanted::of_plan(plan);
        let found = facts::begin(session, &touched, &wanted, self.partitions).await?;
        let moved = |partition: &&u32| {
            let partition = **partition as usize;
            found.heads.get(partition) != before.get(partition)
        };
        if let Some(partition) = touched.iter().find(moved) {
            return Err(WriteError::Storage(format!(
                "somebody else writes to partition {partition} of the copy"
            )));
        }
        for mark in marks {
            let mark = Side::PutWatermark(MARK.to_owned(), mark);
            session.bounded(side::store(session, &mark)).await?;
        }
        let held: HashSet<_> = found.facts.claims.keys().copied().collect();
        let written = write::plan(session, plan, &held, write::COMMIT).await;
        written.map_err(|failed| match failed {
            Failed::Before(error) | Failed::AtCommit(error) => error.into(),
        })
    }

    pub(crate) async fn put_watermark(
        &self,
        shard: usize,
        consumer: String,
        at: Position,
    ) -> Result<(), WriteError> {
        let watermark = Side::PutWatermark(consumer, at);
        Ok(side::store(&self.sessions[shard], &watermark).await?)
    }

    pub(crate) async fn clear_keys(&self, shard: usize) -> Result<(), WriteError> {
        Ok(self.sessions[shard].batch(CLEAR_KEYS).await?)
    }

    /// Removes the marks: from the last database to the first, which has them as long as any other.
    pub(crate) async fn finish(&self) -> Result<(), WriteError> {
        for session in self.sessions.iter().rev() {
            session.query(REMOVE_MARKS, &[&MARK]).await?;
        }
        Ok(())
    }
}
