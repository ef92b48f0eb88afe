//! A copy of the log as a file: the same rows, keys and claims as a log on `SQLite`.

use std::path::Path;

use rusqlite::{Connection, params};
use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::position::Position;
use tokio::sync::mpsc;
use tokio_postgres::Row;
use uuid::Uuid;

use super::connect::Error;
use super::facts::{key_columns, read_head, read_key};
use super::row::{self, big, columns, small};
use super::store::Store;
use crate::facts::Key;
use crate::head::Head;
use crate::{Claim, Idempotency, Options, Replay, WriteError, sqlite};

/// Rows of a page.
const PAGE: i64 = 2_000;

/// Heads and claims in one statement: as they stood at one moment.
const MOMENT: &str = "SELECT partition, head, recorded_at, hash, NULL::uuid FROM log.partitions
     UNION ALL SELECT NULL, NULL, NULL, key, stream_id FROM log.claims";
const ROWS: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM log.events WHERE partition = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4"
);
const KEYS: &str = concat!(
    "SELECT ",
    key_columns!(),
    " FROM log.idempotency WHERE key > $1 ORDER BY key LIMIT $2"
);
const WATERMARKS: &str = "SELECT consumer, partition, number FROM log.watermarks";

/// A part of the copy, on its way to the thread that writes it.
enum Part {
    Rows(Vec<Recorded>),
    Keys(Vec<(Key, Replay)>),
    Claims(Vec<Claim>),
    Watermark(String, Position),
    Heads(Vec<(u32, Head)>),
}

/// Copies what is committed now to `target`, which must not exist; whoever appends is not held up. Snapshots
/// are left out: they are made anew.
pub(crate) async fn copy(store: &Store, target: &Path) -> Result<(), WriteError> {
    let (parts, received) = mpsc::channel(4);
    let options = Options {
        partitions: store.partitions,
        ..Options::default()
    };
    let path = target.to_owned();
    let writer = tokio::task::spawn_blocking(move || {
        sqlite::backup::appear(&path, |partial| write(partial, &options, received))
    });
    let sent = send(store, &parts).await;
    // Without the last part the writer knows that the copy is not whole.
    drop(parts);
    let written = writer.await;
    sent?;
    written.map_err(|error| WriteError::Storage(error.to_string()))?
}

async fn send(store: &Store, parts: &mpsc::Sender<Part>) -> Result<(), Error> {
    let mut heads = Vec::new();
    for pool in &store.pools {
        let (mut here, mut claims) = (Vec::new(), Vec::new());
        for row in pool.query(MOMENT, &[]).await? {
            match row.try_get::<_, Option<Uuid>>(4)? {
                None => here.push(read_head(&row)?),
                Some(stream) => claims.extend(read_claim(&row, stream)?),
            }
        }
        pass(parts, Part::Claims(claims)).await;
        heads.extend(here);
    }
    heads.sort_unstable_by_key(|(partition, _)| *partition);
    for (partition, head) in &heads {
        let (mut after, upto) = (0, big(head.number));
        while after < upto {
            let values: super::connect::Values<'_> = &[&small(*partition), &after, &upto, &PAGE];
            let page = store.pool(*partition).query(ROWS, values).await?;
            let rows: Result<Vec<Recorded>, _> = page.iter().map(row::read).collect();
            let rows = rows?;
            let Some(last) = rows.last() else { break };
            after = big(last.header.position.number);
            pass(parts, Part::Rows(rows)).await;
        }
    }
    for pool in &store.pools {
        let mut after = Vec::new();
        loop {
            let page = pool.query(KEYS, &[&after, &PAGE]).await?;
            let keys: Result<Vec<(Key, Replay)>, Error> = page.iter().map(read_key).collect();
            let mut keys = keys?;
            let Some((last, _)) = keys.last() else { break };
            after = last.to_vec();
            let covered = |at: Position| {
                let head = heads
                    .iter()
                    .find(|(partition, _)| *partition == at.partition);
                head.is_some_and(|(_, head)| at.number <= head.number)
            };
            keys.retain(|(_, replay)| covered(replay.appended.last));
            pass(parts, Part::Keys(keys)).await;
        }
        for row in pool.query(WATERMARKS, &[]).await? {
            let at = row::position(row.try_get(1)?, row.try_get(2)?);
            pass(parts, Part::Watermark(row.try_get(0)?, at)).await;
        }
    }
    pass(parts, Part::Heads(heads)).await;
    Ok(())
}

async fn pass(parts: &mpsc::Sender<Part>, part: Part) {
    // Refused when the writer failed, which then tells why.
    drop(parts.send(part).await);
}

fn read_claim(row: &Row, stream: Uuid) -> Result<Option<Claim>, Error> {
    let key: &[u8] = row.try_get(3)?;
    let key = key.try_into().ok();
    Ok(key.map(|key| Claim {
        key,
        stream: taskfold_contracts::ids::StreamId(stream),
    }))
}

fn write(
    partial: &Path,
    options: &Options,
    mut parts: mpsc::Receiver<Part>,
) -> Result<(), WriteError> {
    let storage = |error: crate::OpenError| WriteError::Storage(error.to_string());
    let mut copy = sqlite::schema::open_writer(partial, options).map_err(storage)?;
    let transaction = copy.transaction()?;
    let mut whole = false;
    while let Some(part) = parts.blocking_recv() {
        whole = matches!(part, Part::Heads(_));
        store(&transaction, part)?;
    }
    if !whole {
        return Err(WriteError::Storage(
            "the log could not be read to its end".into(),
        ));
    }
    transaction.commit()?;
    // A file of its own: no write-ahead file beside it that could be left behind.
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error.into())
}

fn store(copy: &Connection, part: Part) -> rusqlite::Result<()> {
    match part {
        Part::Rows(rows) => {
            let mut insert = copy.prepare_cached(sqlite::row::INSERT)?;
            rows.iter()
                .try_for_each(|row| sqlite::row::insert(&mut insert, row))
        }
        Part::Keys(keys) => keys.into_iter().try_for_each(|(key, replay)| {
            let idempotency = Idempotency {
                key,
                fingerprint: replay.fingerprint,
                reply: replay.appended.reply.clone(),
            };
            sqlite::facts::store_key(copy, &idempotency, &replay.appended)
        }),
        Part::Claims(claims) => sqlite::facts::store_claims(copy, &claims),
        Part::Watermark(consumer, at) => sqlite::snapshot::put_watermark(copy, &consumer, at),
        Part::Heads(heads) => {
            let mut statement = copy.prepare_cached(
                "UPDATE partitions SET head = ?2, recorded_at = ?3, hash = ?4 WHERE partition = ?1",
            )?;
            heads.iter().try_for_each(|(partition, head)| {
                let number = head.number.cast_signed();
                let at = head.recorded_at.as_millis();
                statement
                    .execute(params![partition, number, at, head.hash.as_slice()])
                    .map(drop)
            })
        }
    }
}
