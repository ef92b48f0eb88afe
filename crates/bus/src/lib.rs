//! Brings events from the log to consumers, each in order and with exactly one effect. In one process the
//! log itself is the bus: a consumer tails it and is woken by its commits. Between processes the relay copies
//! the log to Kafka, and a consumer reads the topics back as the same order without gaps.

mod consumer;
mod hands;
pub mod kafka;
mod ledger;
mod owned;
mod pace;
mod retry;
mod sharing;
mod sink;
mod source;
mod status;
mod told;
mod window;

pub use consumer::{Consumer, Options};
pub use ledger::{Holder, Ledger, LedgerError};
pub use retry::Retry;
pub use sharing::{Sharing, Tenure};
pub use sink::{ApplyError, Sink};
pub use source::Bus;
pub use status::{Failure, Observer, Status, StatusHandle};
