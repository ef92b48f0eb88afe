//! The views, from outside: the same tests on each database.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests")]
#![allow(clippy::wildcard_imports, reason = "histories name nearly all events")]
#![allow(clippy::duplicate_mod, reason = "each database runs the same tests")]

#[path = "all/merged.rs"]
mod merged;
#[path = "all/postgres.rs"]
mod postgres;
#[path = "all/sqlite.rs"]
mod sqlite;
