//! The event log: the only source of truth. Append with optimistic concurrency and idempotency, read by
//! partition, workspace, stream and change, tail without polling, verify, back up.
//!
//! Today it stands on `SQLite`: one writer thread, the *lane*, commits everything that waits as one
//! transaction (group commit); readers have connections of their own.

mod append;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod crash;
mod error;
mod log;
mod options;
mod payload;
mod ring;
mod sqlite;

pub use append::{Append, AppendError, Appended, Claim, Idempotency, Replay};
pub use error::{OpenError, ReadError, WriteError};
pub use log::Log;
pub use options::Options;
pub use payload::Unreadable;
pub use sqlite::{Problem, Snapshot, Stats, Verification};
