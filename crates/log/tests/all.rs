//! The contract suite on `SQLite` and PostgreSQL, and kill -9.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by them"
)]

#[path = "all/kill.rs"]
mod kill;
#[path = "all/postgres/mod.rs"]
mod postgres;
#[path = "all/sqlite.rs"]
mod sqlite;
#[path = "all/transfer.rs"]
mod transfer;
