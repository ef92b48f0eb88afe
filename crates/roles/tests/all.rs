//! Drives all roles in one process over real TCP.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "all/auth.rs"]
mod auth;
#[path = "all/comments.rs"]
mod comments;
#[path = "all/connections.rs"]
mod connections;
#[path = "all/hostile.rs"]
mod hostile;
#[path = "all/import.rs"]
mod import;
#[path = "all/import_killed.rs"]
mod import_killed;
#[path = "all/kit.rs"]
mod kit;
#[path = "all/limits.rs"]
mod limits;
#[path = "all/live.rs"]
mod live;
#[path = "all/live_all.rs"]
mod live_all;
#[path = "all/members.rs"]
mod members;
#[path = "all/openapi.rs"]
mod openapi;
#[path = "all/past.rs"]
mod past;
#[path = "all/problems.rs"]
mod problems;
#[path = "all/reads.rs"]
mod reads;
#[path = "all/rebuild.rs"]
mod rebuild;
#[path = "all/retries.rs"]
mod retries;
#[path = "all/roundtrip.rs"]
mod roundtrip;
#[path = "all/sockets.rs"]
mod sockets;
#[path = "all/storm.rs"]
mod storm;
#[path = "all/sweep.rs"]
mod sweep;
#[path = "all/tasks.rs"]
mod tasks;
#[path = "all/undo.rs"]
mod undo;
