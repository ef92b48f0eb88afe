//! The event log: the only source of truth. Append with optimistic concurrency and idempotency, read by
//! partition, workspace, stream and change, tail without polling, verify, back up.
//!
//! It stands on `SQLite` or on `PostgreSQL`. A *lane* commits everything that waits for its partitions as one
//! transaction (group commit): one thread on `SQLite`, a few tasks a process on `PostgreSQL`. What a batch
//! stores is planned in one place (`plan.rs`); the backends read what that takes and write what it says.
//! Readers have connections of their own.

mod actor;
mod append;
mod batches;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod facts;
mod head;
mod job;
mod kept;
mod log;
mod options;
mod payload;
mod plan;
mod postgres;
mod reads;
mod ring;
mod sqlite;
mod transfer;
mod verification;

pub use append::{Append, AppendError, Appended, Claim, Idempotency, Replay};
pub use batches::Batches;
pub use error::{DatabaseError, OpenError, ReadError, WriteError};
pub use kept::{Snapshot, Stats};
pub use log::Log;
pub use options::Options;
pub use payload::Unreadable;
pub use postgres::migrate::Migrate;
pub use postgres::options::PostgresOptions;
pub use taskfold_sql::crash;
pub use transfer::{Comparison, Contents, Destination, Transfer, TransferError};
pub use verification::{Problem, Verification};
