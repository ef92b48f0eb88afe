//! What the processes of an installation tell each other about their work on the bus: who works on which
//! partition, and how far the relay is. Tables of PostgreSQL for many processes, a file of SQLite for one.
//!
//! All times are those of the database: processes may disagree about theirs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use taskfold_sql::{
    Access, Connection, Dialect, Migrations, Pool, Server, Stand, TakeError, ValueRef, crash,
    values,
};

/// Connections of one process.
const CONNECTIONS: usize = 4;
/// How long work waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// The tables, step by step.
const MIGRATIONS: Migrations = Migrations {
    schema: "bus",
    steps: &["
-- Who takes part in some work: nobody knows of an owner that holds nothing otherwise.
CREATE TABLE workers (
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (name, owner)
) WITHOUT ROWID;
-- Whose a partition is. The token grows with each taking, so that who held it before can be told apart.
CREATE TABLE leases (
    name TEXT NOT NULL,
    partition INTEGER NOT NULL,
    owner TEXT NOT NULL,
    token INTEGER NOT NULL,
    until INTEGER NOT NULL,
    trouble TEXT,
    PRIMARY KEY (name, partition)
) WITHOUT ROWID;
CREATE TABLE checkpoints (
    name TEXT NOT NULL,
    partition INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (name, partition)
) WITHOUT ROWID;
"],
};

/// Why the ledger is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The database refuses, or cannot be reached.
    #[error("the ledger of the bus: {0}")]
    Storage(String),
    /// The tables are of an older version: `taskfold migrate`.
    #[error("the ledger of the bus is {steps} steps behind this program: run taskfold migrate")]
    Behind {
        /// Missing steps.
        steps: usize,
    },
    /// The tables are of a newer version.
    #[error("the ledger of the bus is {steps} steps ahead of this program: update it")]
    Newer {
        /// Steps that are not known here.
        steps: usize,
    },
    /// Somebody else has taken the partition since.
    #[error("partition {partition} belongs to somebody else by now")]
    Fenced {
        /// Which.
        partition: u32,
    },
}

impl From<taskfold_sql::Error> for LedgerError {
    fn from(error: taskfold_sql::Error) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<TakeError> for LedgerError {
    fn from(error: TakeError) -> Self {
        Self::Storage(error.to_string())
    }
}

/// A partition that belongs to an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lease {
    pub(crate) partition: u32,
    pub(crate) token: i64,
}

/// One who takes part in some work.
#[derive(Debug, Clone)]
pub(crate) struct Worker {
    pub(crate) name: &'static str,
    pub(crate) owner: String,
    pub(crate) partitions: u32,
    pub(crate) ttl: Duration,
}

/// What a worker has after a beat.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Beat {
    /// All of its partitions, by number.
    pub(crate) held: Vec<Lease>,
    /// So many it should have.
    pub(crate) share: usize,
}

/// Who has a partition, for those who look after an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The partition.
    pub partition: u32,
    /// The owner that holds it now; none when nobody does.
    pub owner: Option<String>,
    /// Why the owner's last try failed, when it did.
    pub trouble: Option<String>,
}

/// The tables. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    connections: Arc<Pool>,
}

impl Ledger {
    /// In a file, for the processes of one machine; it is made when there is none. Blocks.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn file(path: &Path) -> Result<Self, LedgerError> {
        let path = path.to_owned();
        let connections = Pool::new(CONNECTIONS, move || Connection::file(&path));
        connections.with(PATIENCE, |connection| -> Result<(), LedgerError> {
            MIGRATIONS.apply(connection)?;
            current(MIGRATIONS.stand(connection)?)
        })?;
        Ok(Self {
            connections: Arc::new(connections),
        })
    }

    /// On a server, [migrated](Self::migrate) already. Blocks.
    ///
    /// # Errors
    /// It cannot be reached, or its tables are of another version.
    pub fn server(server: &Server) -> Result<Self, LedgerError> {
        let server = server.clone().with_schema(MIGRATIONS.schema);
        let connections = Pool::new(CONNECTIONS, move || Connection::postgres(&server));
        connections.with(PATIENCE, |connection| -> Result<(), LedgerError> {
            current(MIGRATIONS.stand(connection)?)
        })?;
        Ok(Self {
            connections: Arc::new(connections),
        })
    }

    /// Brings the tables on a server to this version; the number of steps made. Blocks.
    ///
    /// # Errors
    /// The server refuses.
    pub fn migrate(server: &Server) -> Result<usize, LedgerError> {
        Ok(MIGRATIONS.apply(&mut Connection::postgres(server)?)?)
    }

    /// Steps that the tables on a server are behind this version. Blocks.
    ///
    /// # Errors
    /// The server cannot be reached, or a newer version made the tables.
    pub fn behind(server: &Server) -> Result<usize, LedgerError> {
        match MIGRATIONS.stand(&Connection::postgres(server)?)? {
            Stand::Current => Ok(0),
            Stand::Behind(steps) => Ok(steps),
            Stand::Ahead(steps) => Err(LedgerError::Newer { steps }),
        }
    }

    /// Lets a role that exists use the tables, but not change what they are. Blocks.
    ///
    /// # Errors
    /// The server refuses.
    pub fn grant(server: &Server, role: &str) -> Result<(), LedgerError> {
        let (schema, role) = (MIGRATIONS.schema, role.replace('"', "\"\""));
        let sql = format!(
            "GRANT USAGE ON SCHEMA {schema} TO \"{role}\";
             GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO \"{role}\";
             GRANT INSERT, UPDATE, DELETE ON
                 {schema}.workers, {schema}.leases, {schema}.checkpoints TO \"{role}\""
        );
        Ok(Connection::postgres(server)?.batch(&sql)?)
    }

    /// Who has which partition of some work.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn holders(&self, name: &'static str) -> Result<Vec<Holder>, LedgerError> {
        self.run(move |c| {
            let now = now(c.dialect());
            let sql = format!(
                "SELECT partition, CASE WHEN until >= {now} THEN owner ELSE '' END, trouble
                 FROM leases WHERE name = ?1 ORDER BY partition"
            );
            let holders = c.query(&sql, values![name], |row| {
                let owner: String = row.get(1)?;
                Ok(Holder {
                    partition: unsigned(row.get(0)?),
                    owner: Some(owner).filter(|owner| !owner.is_empty()),
                    trouble: row.get(2)?,
                })
            });
            Ok(holders?)
        })
        .await
    }

    /// What was noted under these names about a partition, 0 where nothing was.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn noted(&self, partition: u32, names: Vec<String>) -> Result<Vec<u64>, LedgerError> {
        self.run(move |c| {
            let sql = "SELECT number FROM checkpoints WHERE name = ?1 AND partition = ?2";
            let noted = names.iter().map(|name| {
                let (name, partition) = (name.as_str(), i64::from(partition));
                let number: Option<i64> =
                    c.first(sql, values![name, partition], |row| row.get(0))?;
                Ok(number.unwrap_or(0).cast_unsigned())
            });
            noted.collect()
        })
        .await
    }

    /// Notes numbers under names, all or none, for whoever holds the partition with this lease; nobody else can.
    pub(crate) async fn note(
        &self,
        name: &'static str,
        lease: Lease,
        numbers: Vec<(String, u64)>,
    ) -> Result<(), LedgerError> {
        self.run(move |c| {
            fence(c, name, lease, "token = token", &[])?;
            let sql = "INSERT INTO checkpoints (name, partition, number) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name, partition) DO UPDATE SET number = excluded.number";
            for (what, number) in &numbers {
                let (partition, number) = (i64::from(lease.partition), number.cast_signed());
                c.execute(sql, values![what.as_str(), partition, number])?;
            }
            Ok(())
        })
        .await
    }

    /// Says what the work on a partition suffers from, or that it does not.
    pub(crate) async fn note_trouble(
        &self,
        name: &'static str,
        lease: Lease,
        trouble: Option<String>,
    ) -> Result<(), LedgerError> {
        self.run(move |c| {
            let trouble = trouble.as_deref().map_or(ValueRef::Null, ValueRef::Text);
            fence(c, name, lease, "trouble = ?4", &[trouble])
        })
        .await
    }

    /// Renews what the worker has and takes what it may, up to an even share among all that live.
    pub(crate) async fn beat(&self, worker: Worker) -> Result<Beat, LedgerError> {
        self.run(move |c| beat(c, &worker)).await
    }

    /// Gives partitions up, so that others need not wait; with `leaves`, takes no part any more.
    pub(crate) async fn release(
        &self,
        worker: Worker,
        leases: Vec<Lease>,
        leaves: bool,
    ) -> Result<(), LedgerError> {
        self.run(move |c| {
            one_at_a_time(c, worker.name)?;
            let sql = "UPDATE leases SET owner = '', until = 0
                 WHERE name = ?1 AND partition = ?2 AND token = ?3 AND owner = ?4";
            for Lease { partition, token } in leases {
                let owner = worker.owner.as_str();
                c.execute(
                    sql,
                    values![worker.name, i64::from(partition), token, owner],
                )?;
            }
            if leaves {
                let sql = "DELETE FROM workers WHERE name = ?1 AND owner = ?2";
                c.execute(sql, values![worker.name, worker.owner.as_str()])?;
            }
            Ok(())
        })
        .await
    }

    /// A transaction, on a thread that may block.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let connections = Arc::clone(&self.connections);
        let running = tokio::task::spawn_blocking(move || {
            connections.with(PATIENCE, |connection| {
                connection.transaction(Access::Write, work)
            })
        });
        let done = running.await;
        done.map_err(|error| LedgerError::Storage(error.to_string()))?
    }
}

fn current(stand: Stand) -> Result<(), LedgerError> {
    match stand {
        Stand::Current => Ok(()),
        Stand::Behind(steps) => Err(LedgerError::Behind { steps }),
        Stand::Ahead(steps) => Err(LedgerError::Newer { steps }),
    }
}

/// The database's time, in milliseconds.
fn now(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
        Dialect::Postgres => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
    }
}

/// Until the end of the transaction nobody else shares this work out.
fn one_at_a_time(c: &Connection, name: &str) -> Result<(), LedgerError> {
    match c.dialect() {
        // Its transactions that write follow one another anyway.
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => Ok(c.batch(&format!(
            "SELECT pg_advisory_xact_lock(hashtext('taskfold shares {name}'))"
        ))?),
    }
}

/// Changes the lease of a partition, which locks it; refuses one that somebody else has by now.
fn fence(
    c: &Connection,
    name: &str,
    lease: Lease,
    change: &str,
    more: &[ValueRef],
) -> Result<(), LedgerError> {
    let Lease { partition, token } = lease;
    let whose = if crash::bug("bus.lease_unfenced") {
        "token >= ?3"
    } else {
        "token = ?3"
    };
    let sql = format!("UPDATE leases SET {change} WHERE name = ?1 AND partition = ?2 AND {whose}");
    let number = i64::from(partition);
    let values = [values![name, number, token], more].concat();
    match c.execute(&sql, &values)? {
        0 => Err(LedgerError::Fenced { partition }),
        _ => Ok(()),
    }
}

fn beat(c: &Connection, worker: &Worker) -> Result<Beat, LedgerError> {
    let (name, owner, now) = (worker.name, worker.owner.as_str(), now(c.dialect()));
    let ttl = i64::try_from(worker.ttl.as_millis()).unwrap_or(i64::MAX);
    one_at_a_time(c, name)?;
    let here = format!(
        "INSERT INTO workers (name, owner, until) VALUES (?1, ?2, {now} + ?3)
         ON CONFLICT (name, owner) DO UPDATE SET until = excluded.until"
    );
    c.execute(&here, values![name, owner, ttl])?;
    let gone = format!("DELETE FROM workers WHERE name = ?1 AND until < {now}");
    c.execute(&gone, values![name])?;
    let all = "SELECT owner FROM workers WHERE name = ?1 ORDER BY owner";
    let owners: Vec<String> = c.query(all, values![name], |row| row.get(0))?;
    let place = owners.iter().position(|one| one == owner).unwrap_or(0);
    let partitions = worker.partitions as usize;
    let share =
        partitions / owners.len().max(1) + usize::from(place < partitions % owners.len().max(1));
    let rows = (0..worker.partitions).map(|p| vec![ValueRef::Text(name), ValueRef::Int(p.into())]);
    let new = "INSERT INTO leases (name, partition, owner, token, until) VALUES (?1, ?2, '', 0, 0)
         ON CONFLICT (name, partition) DO NOTHING";
    c.execute_many(new, rows)?;
    let renew = format!("UPDATE leases SET until = {now} + ?3 WHERE name = ?1 AND owner = ?2");
    let held = c.execute(&renew, values![name, owner, ttl])?;
    let free = format!(
        "SELECT partition FROM leases WHERE name = ?1 AND partition < ?2 AND until < {now}
         ORDER BY partition"
    );
    let free = c.query(&free, values![name, i64::from(worker.partitions)], |row| {
        row.get::<i64>(0)
    })?;
    let take = format!(
        "UPDATE leases SET owner = ?2, token = token + 1, until = {now} + ?3, trouble = NULL
         WHERE name = ?1 AND partition = ?4"
    );
    let room = share.saturating_sub(usize::try_from(held).unwrap_or(usize::MAX));
    for partition in free.into_iter().take(room) {
        c.execute(&take, values![name, owner, ttl, partition])?;
    }
    let own =
        "SELECT partition, token FROM leases WHERE name = ?1 AND owner = ?2 ORDER BY partition";
    let held = c.query(own, values![name, owner], |row| {
        Ok(Lease {
            partition: unsigned(row.get(0)?),
            token: row.get(1)?,
        })
    })?;
    Ok(Beat { held, share })
}

fn unsigned(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
