//! The schema: files that are only ever added, each applied once.

use taskfold_contracts::envelope::Hash;
use tokio::time::{Instant, sleep};
use tokio_postgres::Row;

use super::connect::{Connector, Error, Session};
use super::facts::read_head;
use super::options::PostgresOptions;
use super::read;
use super::row::small;
use super::target;
use crate::transfer::MARK;
use crate::{DatabaseError, OpenError};

/// Number of the newest migration.
pub(crate) fn format() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Most partitions that a log may have.
const MAX_PARTITIONS: u32 = 4096;

/// One file of `crates/log/migrations/postgres`. Once released it is never changed: what is to be different
/// is said by a later one.
struct Migration {
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_log",
    sql: include_str!("../../migrations/postgres/0001_log.sql"),
}];

/// First line of a file whose statements cannot be in a transaction (`CREATE INDEX CONCURRENTLY`). Each must
/// do no harm when it is run again.
const NO_TRANSACTION: &str = "-- no transaction\n";

/// Held while migrations run: a number that nothing else uses.
const LOCK: &str = "SELECT pg_try_advisory_lock(7165094236119310)";

const BOOTSTRAP: &str = "CREATE SCHEMA IF NOT EXISTS log;
    CREATE TABLE IF NOT EXISTS log.migrations (
        number     integer PRIMARY KEY,
        name       text NOT NULL,
        checksum   bytea NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )";

const APPLIED: &str = "SELECT number, name, checksum FROM log.migrations ORDER BY number";
const EXISTS: &str = "SELECT 1 WHERE to_regclass('log.migrations') IS NOT NULL";
const LAYOUT: &str = "SELECT partitions, shards, shard FROM log.layout";

/// What [`crate::Log::migrate`] is to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrate {
    /// `P`, for a log that does not exist yet; one that exists keeps its own.
    pub partitions: u32,
    /// The role that the services connect as: it may add events but neither change nor remove them. It must
    /// exist. Without a role the grants are left to the operator.
    pub role: Option<String>,
    /// How long to wait for another process that migrates.
    pub patience: std::time::Duration,
}

impl Default for Migrate {
    fn default() -> Self {
        Self {
            partitions: 16,
            role: None,
            patience: std::time::Duration::from_mins(5),
        }
    }
}

/// Brings each database up to date. Returns the names of the migrations that were applied, with the number
/// of their shard.
pub(crate) async fn migrate(
    postgres: &PostgresOptions,
    wanted: &Migrate,
) -> Result<Vec<(usize, String)>, OpenError> {
    if postgres.urls.is_empty() {
        return Err(DatabaseError::Address("there is none".to_owned()).into());
    }
    let mut applied = Vec::new();
    for (shard, url) in postgres.urls.iter().enumerate() {
        let connector = Connector::new(url, postgres)?;
        let unusable = |error: Error| connector.unusable(&error);
        let session = connector.connect().await.map_err(unusable)?;
        lock(&session, wanted).await.map_err(unusable)?;
        session.batch(BOOTSTRAP).await.map_err(unusable)?;
        let pending = pending(&connector, &session).await?;
        for (number, migration) in pending {
            apply(&session, number, migration).await.map_err(unusable)?;
            applied.push((shard, migration.name.to_owned()));
        }
        let place = (shard, postgres.urls.len());
        lay_out(&connector, &session, wanted.partitions, place).await?;
        if let Some(role) = &wanted.role {
            session.batch(&grants(role)).await.map_err(unusable)?;
        }
    }
    Ok(applied)
}

async fn lock(session: &Session, wanted: &Migrate) -> Result<(), Error> {
    // A migration may take longer than any statement of the log.
    session.batch("SET statement_timeout = 0").await?;
    let until = Instant::now() + wanted.patience;
    loop {
        let taken = session.query(LOCK, &[]).await?;
        if taken.first().map(|row| row.try_get(0)).transpose()? == Some(true) {
            return Ok(());
        }
        if Instant::now() >= until {
            return Err(Error::Silent(wanted.patience));
        }
        sleep(std::time::Duration::from_millis(100)).await;
    }
}

async fn apply(session: &Session, number: i32, migration: &Migration) -> Result<(), Error> {
    let checksum: String = checksum(migration)
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let name = migration.name;
    let recorded = format!(
        "INSERT INTO log.migrations (number, name, checksum) \
         VALUES ({number}, '{name}', '\\x{checksum}')"
    );
    if migration.sql.starts_with(NO_TRANSACTION) {
        session.batch(migration.sql).await?;
        return session.batch(&recorded).await;
    }
    // Sent as one text: one transaction. A table that is in use is not waited for with others waiting behind.
    let sql = format!(
        "BEGIN; SET LOCAL lock_timeout = '3s'; {}; {recorded}; COMMIT",
        migration.sql
    );
    let done = session.batch(&sql).await;
    if done.is_err() {
        // The session is dropped with the error anyway.
        drop(session.batch("ROLLBACK").await);
    }
    done
}

fn checksum(migration: &Migration) -> Hash {
    use sha2::Digest as _;
    sha2::Sha256::digest(migration.sql.as_bytes()).into()
}

/// Migrations that were not applied yet.
async fn pending(
    connector: &Connector,
    session: &Session,
) -> Result<Vec<(i32, &'static Migration)>, OpenError> {
    let rows = session.query(APPLIED, &[]).await;
    let rows = rows.map_err(|error| connector.unusable(&error))?;
    if rows.len() > MIGRATIONS.len() {
        return Err(OpenError::Format {
            stored: i64::try_from(rows.len()).unwrap_or(i64::MAX),
            known: format(),
        });
    }
    for (row, migration) in rows.iter().zip(MIGRATIONS) {
        let read = || Ok((row.try_get::<_, String>(1)?, row.try_get::<_, Vec<u8>>(2)?));
        let (name, sum) = read()
            .map_err(|error: tokio_postgres::Error| connector.unusable(&Error::Server(error)))?;
        if name != migration.name || sum != checksum(migration) {
            return Err(DatabaseError::Changed {
                name: connector.name().to_owned(),
                migration: name,
            }
            .into());
        }
    }
    let numbered = (1..).zip(MIGRATIONS);
    Ok(numbered.skip(rows.len()).collect())
}

/// Makes the partitions of a new log; checks those of an old one.
async fn lay_out(
    connector: &Connector,
    session: &Session,
    partitions: u32,
    (shard, shards): (usize, usize),
) -> Result<(), OpenError> {
    let unusable = |error: Error| connector.unusable(&error);
    let found = session.query(LAYOUT, &[]).await.map_err(unusable)?;
    if let Some(row) = found.first() {
        return check_layout(connector, row, None, (shard, shards)).map(drop);
    }
    let partitions = partitions.clamp(1, MAX_PARTITIONS);
    let sql = format!(
        "BEGIN;
         INSERT INTO log.partitions (partition, head, recorded_at, hash)
             SELECT partition, 0, 0, '\\x{}' FROM generate_series(0, {partitions} - 1) AS partition
             WHERE partition % {shards} = {shard};
         INSERT INTO log.layout (id, partitions, shards, shard)
             VALUES (1, {partitions}, {shards}, {shard});
         COMMIT",
        "00".repeat(32)
    );
    Ok(session.batch(&sql).await.map_err(unusable)?)
}

/// Compares the layout of a database with what is asked for; returns its number of partitions.
fn check_layout(
    connector: &Connector,
    row: &Row,
    partitions: Option<u32>,
    (shard, shards): (usize, usize),
) -> Result<u32, OpenError> {
    let read = || Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
    let (stored, of, at): (i32, i32, i32) =
        read().map_err(|error: tokio_postgres::Error| connector.unusable(&Error::Server(error)))?;
    let same =
        |stored: i32, asked: usize| usize::try_from(stored).is_ok_and(|stored| stored == asked);
    if !same(of, shards) || !same(at, shard) {
        return Err(DatabaseError::Shard {
            name: connector.name().to_owned(),
            stored: format!("{at} of {of}"),
            asked: format!("{shard} of {shards}"),
        }
        .into());
    }
    let stored = stored.cast_unsigned();
    match partitions {
        Some(asked) if asked != stored => Err(OpenError::Partitions { stored, asked }),
        Some(_) | None => Ok(stored),
    }
}

async fn refuse_half_copied(connector: &Connector, session: &Session) -> Result<(), OpenError> {
    let marks = session.query(target::MARKS, &[&MARK]).await;
    if marks
        .map_err(|error| connector.unusable(&error))?
        .is_empty()
    {
        return Ok(());
    }
    let name = connector.name().to_owned();
    Err(DatabaseError::HalfCopied { name }.into())
}

/// What the services may do. Events and claims are added and read, nothing else; old keys may go.
fn grants(role: &str) -> String {
    let role = format!("\"{}\"", role.replace('"', "\"\""));
    format!(
        "GRANT USAGE ON SCHEMA log TO {role};
         GRANT SELECT ON ALL TABLES IN SCHEMA log TO {role};
         GRANT INSERT ON log.events, log.idempotency, log.claims TO {role};
         GRANT UPDATE ON log.partitions TO {role};
         GRANT DELETE ON log.idempotency TO {role};
         GRANT INSERT, UPDATE, DELETE ON log.snapshots, log.watermarks TO {role}"
    )
}

/// Refuses a database that is not migrated to what this program knows, or that is another one than asked
/// for, or into which a log was not copied to the end (unless `half_copied`). Returns the head of each of its
/// partitions.
pub(crate) async fn check(
    connector: &Connector,
    partitions: u32,
    place: (usize, usize),
    half_copied: bool,
) -> Result<Vec<(u32, u64)>, OpenError> {
    let unusable = |error: Error| connector.unusable(&error);
    let session = connector.connect().await.map_err(unusable)?;
    let to_migrate = |missing: usize| DatabaseError::Migrate {
        name: connector.name().to_owned(),
        missing,
    };
    if session
        .query(EXISTS, &[])
        .await
        .map_err(unusable)?
        .is_empty()
    {
        return Err(to_migrate(MIGRATIONS.len()).into());
    }
    let pending = pending(connector, &session).await?;
    if !pending.is_empty() {
        return Err(to_migrate(pending.len()).into());
    }
    let layout = session.query(LAYOUT, &[]).await.map_err(unusable)?;
    let layout = layout.first().ok_or_else(|| to_migrate(1))?;
    check_layout(connector, layout, Some(partitions), place)?;
    if !half_copied {
        refuse_half_copied(connector, &session).await?;
    }
    let heads = session.query(read::HEADS, &[]).await.map_err(unusable)?;
    let heads = heads.iter().map(|row| {
        let (partition, head) = read_head(row)?;
        Ok((partition, head.number))
    });
    let heads: Result<Vec<(u32, u64)>, Error> = heads.collect();
    let heads = heads.map_err(unusable)?;
    let own = |(partition, _): &(u32, u64)| *partition < partitions;
    match heads.iter().find(|head| !own(head)) {
        Some((partition, _)) => Err(OpenError::Partitions {
            stored: small(*partition).cast_unsigned().saturating_add(1),
            asked: partitions,
        }),
        None => Ok(heads),
    }
}
