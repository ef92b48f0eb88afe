//! The contract suite on `SQLite`, and kill -9.

#[path = "all/kill.rs"]
mod kill;
#[path = "all/sqlite.rs"]
mod sqlite;
