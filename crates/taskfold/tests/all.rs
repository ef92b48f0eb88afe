//! End to end: the real binary, as a person runs it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "all/backup.rs"]
mod backup;
#[path = "all/configuration.rs"]
mod configuration;
#[path = "all/errors.rs"]
mod errors;
#[path = "all/follow.rs"]
mod follow;
#[path = "all/guide.rs"]
mod guide;
#[path = "all/interchange.rs"]
mod interchange;
#[path = "all/kafka.rs"]
mod kafka;
#[path = "all/kit.rs"]
mod kit;
#[path = "all/locks.rs"]
mod locks;
#[path = "all/migrate_store.rs"]
mod migrate_store;
#[path = "all/names.rs"]
mod names;
#[path = "all/output.rs"]
mod output;
#[path = "all/redis.rs"]
mod redis;
#[path = "all/redrive.rs"]
mod redrive;
#[path = "all/server.rs"]
mod server;
#[path = "all/services.rs"]
mod services;
#[path = "all/tasks.rs"]
mod tasks;
#[path = "all/undo.rs"]
mod undo;
