//! One SQL text for two databases: a blocking connection to SQLite or PostgreSQL, with the same values,
//! rows and placeholders (`?1`, `?2`, …) on both.
//!
//! What keeps tables that the log can rebuild, and what keeps accounts, is written once against this and
//! runs on either. The log itself has its own text for each database, as its hot path needs it.
//!
//! All calls block: make them from a thread that may.

mod address;
mod connection;
pub mod crash;
mod dialect;
mod error;
mod migrations;
mod pool;
mod postgres;
mod private;
mod row;
mod tls;
mod value;

pub use address::Address;
pub use connection::{Access, Connection};
pub use dialect::Dialect;
pub use error::Error;
pub use migrations::{Migrations, Stand};
pub use pool::{Pool, TakeError};
pub use postgres::Server;
pub use private::{make_private, private};
pub use row::{FromColumn, Row};
pub use value::{Bound, ToValue, Value, ValueRef};
