//! How a log on `PostgreSQL` is reached.

use std::time::Duration;

/// How a log on `PostgreSQL` is reached, beside [`crate::Options`].
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresOptions {
    /// One address a shard, in the order in which the log was made: `postgres://user:password@host/database`.
    /// `sslmode` is `disable`, `prefer`, `require` (encrypted, whoever answers), or `verify-full`
    /// (encrypted, and the server proves its name), the last with the system's authorities or those of the
    /// file that `sslrootcert` names. Several hosts may be named with `target_session_attrs=read-write`.
    pub urls: Vec<String>,
    /// Lanes a shard: connections that append.
    pub lanes: usize,
    /// How often the heads are read, to see what other processes appended.
    pub poll: Duration,
    /// How long a connection may take to open.
    pub connect_timeout: Duration,
    /// How long one statement may take.
    pub statement_timeout: Duration,
    /// How long an append may wait for another process that holds a partition.
    pub lock_timeout: Duration,
    /// How long the server lets a transaction of ours stand still before it ends it.
    pub idle_in_transaction_timeout: Duration,
    /// How long a batch is tried, and a failed commit looked into, before the answer is an error.
    pub patience: Duration,
}

impl PostgresOptions {
    /// The defaults for a log in the databases at `urls`.
    pub fn new(urls: Vec<String>) -> Self {
        Self {
            urls,
            lanes: 4,
            poll: Duration::from_millis(25),
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(15),
            lock_timeout: Duration::from_secs(5),
            idle_in_transaction_timeout: Duration::from_secs(10),
            patience: Duration::from_secs(20),
        }
    }

    /// The database in which a partition stands.
    pub(crate) fn shard_of(&self, partition: u32) -> usize {
        partition as usize % self.urls.len().max(1)
    }
}

impl std::fmt::Debug for PostgresOptions {
    /// Without the addresses, which may hold passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("shards", &self.urls.len())
            .field("lanes", &self.lanes)
            .field("poll", &self.poll)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
