//! The event log: the only source of truth. Append with optimistic concurrency and idempotency, read by
//! partition, workspace, stream and change, tail without polling, verify, back up.
//!
//! Today it stands on `SQLite`: one writer thread, the *lane*, commits everything that waits as one
//! transaction (group commit); readers have connections of their own.

mod actor;
mod append;
mod batches;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod crash;
mod error;
mod facts;
mod head;
mod job;
mod kept;
mod log;
mod options;
mod payload;
mod plan;
mod ring;
mod sqlite;
mod verification;

pub use append::{Append, AppendError, Appended, Claim, Idempotency, Replay};
pub use batches::Batches;
pub use error::{OpenError, ReadError, WriteError};
pub use kept::{Snapshot, Stats};
pub use log::Log;
pub use options::Options;
pub use payload::Unreadable;
pub use verification::{Problem, Verification};
