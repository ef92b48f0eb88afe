//! Brings events from the log to consumers, each in order and with exactly one effect. In one process the
//! log itself is the bus: a consumer tails it and is woken by its commits.

mod consumer;
mod hands;
mod pace;
pub mod kafka;
mod retry;
mod sink;
mod source;
mod status;

pub use consumer::{Consumer, Options};
pub use retry::Retry;
pub use sink::{ApplyError, Sink};
pub use status::{Failure, Status, StatusHandle};
