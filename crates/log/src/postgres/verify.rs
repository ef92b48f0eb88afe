//! Reads the whole log to check it, in pages: no snapshot is held for longer than a page, so that nothing is
//! kept from being cleaned up while a long log is read.

use std::collections::VecDeque;

use taskfold_contracts::position::Position;
use tokio_postgres::Row;
use uuid::Uuid;

use super::connect::Error;
use super::facts::read_head;
use super::pool::Pool;
use super::read::HEADS;
use super::row::{self, big, columns, position, small};
use super::store::Store;
use crate::ReadError;
use crate::head::Head;
use crate::verification::{End, Streams, Verification};

/// Rows of a page.
const PAGE: i64 = 2_000;

const ROWS: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM log.events WHERE partition = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4"
);
/// Rows that no head covers.
const BEYOND: &str = "SELECT number FROM log.events WHERE partition = $1 AND number > \
     (SELECT head FROM log.partitions WHERE partition = $1) ORDER BY number LIMIT 1";
const STREAMS: &str = "SELECT stream_id, version, partition, number FROM log.events \
     WHERE (stream_id, version) > ($1, $2) ORDER BY stream_id, version LIMIT $3";

/// Reads everything once in the order of positions and once in the order of streams, up to the heads as they
/// stand now. `progress` gets the events checked so far and their number.
pub(crate) async fn verify(
    store: &Store,
    mut progress: impl FnMut(u64, u64) + Send,
) -> Result<Verification, ReadError> {
    let heads = heads(store).await?;
    let total = heads.iter().map(|(_, head)| head.number).sum();
    let mut found = Verification::default();
    for (partition, head) in &heads {
        let end = partition_rows(store, *partition, head.number, &mut found, |done| {
            progress(done, total);
        });
        let end = end.await?;
        found.close(*partition, head.number, &head.hash, &end);
        for row in store
            .pool(*partition)
            .query(BEYOND, &[&small(*partition)])
            .await?
        {
            let at = position(small(*partition), row.try_get(0).map_err(Error::from)?);
            found.report(at, "stands behind the partition's head");
        }
    }
    streams(store, &heads, &mut found).await?;
    progress(found.events, total);
    Ok(found)
}

async fn heads(store: &Store) -> Result<Vec<(u32, Head)>, ReadError> {
    let mut heads = Vec::new();
    for pool in &store.pools {
        for row in pool.query(HEADS, &[]).await? {
            heads.push(read_head(&row)?);
        }
    }
    heads.sort_unstable_by_key(|(partition, _)| *partition);
    Ok(heads)
}

async fn partition_rows(
    store: &Store,
    partition: u32,
    head: u64,
    found: &mut Verification,
    mut progress: impl FnMut(u64) + Send,
) -> Result<End, ReadError> {
    let mut end = End::start();
    let pool = store.pool(partition);
    loop {
        let (after, upto) = (big(end.number), big(head));
        let rows = pool
            .query(ROWS, &[&small(partition), &after, &upto, &PAGE])
            .await?;
        if rows.is_empty() {
            return Ok(end);
        }
        for row in &rows {
            found.events += 1;
            check_row(row, &mut end, found)?;
        }
        progress(found.events);
        // Hashing a page takes milliseconds: let others run.
        tokio::task::yield_now().await;
    }
}

fn check_row(row: &Row, end: &mut End, found: &mut Verification) -> Result<(), ReadError> {
    match row::read(row) {
        Ok(recorded) => end.check(&recorded, found),
        Err(ReadError::Damaged { field, .. }) => {
            let read = || Ok(position(row.try_get(0)?, row.try_get(1)?));
            let at = read().map_err(|error: tokio_postgres::Error| Error::from(error))?;
            found.report(at, format!("{field} cannot be read"));
            end.number = at.number;
        }
        Err(error @ ReadError::Storage(_)) => return Err(error),
    }
    Ok(())
}

/// Versions of one stream in one database, in order, a page at a time.
struct Pages<'a> {
    pool: &'a Pool,
    after: (Uuid, i64),
    page: VecDeque<(Uuid, i64, Position)>,
    ended: bool,
}

impl Pages<'_> {
    async fn fill(&mut self) -> Result<(), Error> {
        if self.ended || !self.page.is_empty() {
            return Ok(());
        }
        let (stream, version) = self.after;
        let rows = self
            .pool
            .query(STREAMS, &[&stream, &version, &PAGE])
            .await?;
        for row in rows {
            let at = position(row.try_get(2)?, row.try_get(3)?);
            self.page.push_back((row.try_get(0)?, row.try_get(1)?, at));
        }
        match self.page.back() {
            Some((stream, version, _)) => self.after = (*stream, *version),
            None => self.ended = true,
        }
        Ok(())
    }
}

/// Streams are compared over all databases: one may go on in another partition.
async fn streams(
    store: &Store,
    heads: &[(u32, Head)],
    found: &mut Verification,
) -> Result<(), ReadError> {
    let begin = |pool| Pages {
        pool,
        after: (Uuid::nil(), i64::MIN),
        page: VecDeque::new(),
        ended: false,
    };
    let mut databases: Vec<Pages<'_>> = store.pools.iter().map(|pool| begin(&**pool)).collect();
    let mut streams = Streams::default();
    loop {
        for pages in &mut databases {
            pages.fill().await?;
        }
        let next = databases.iter_mut().filter(|pages| !pages.page.is_empty());
        let next =
            next.min_by_key(|pages| pages.page.front().map(|(id, version, _)| (*id, *version)));
        let Some((stream, version, at)) = next.and_then(|pages| pages.page.pop_front()) else {
            return Ok(());
        };
        let known = heads
            .iter()
            .find(|(partition, _)| *partition == at.partition);
        if known.is_none_or(|(_, head)| at.number <= head.number) {
            streams.check(stream.as_bytes(), version, at, found);
        }
    }
}
