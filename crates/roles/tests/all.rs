//! Drives the roles over real TCP: all in one process, or, with `TASKFOLD_TEST_SPLIT=1`, gateway, command and
//! query each behind a listener of its own, as in different processes; with `TASKFOLD_TEST_STORE=postgres`, on PostgreSQL;
//! with `TASKFOLD_TEST_BUS=kafka`, with views that read the topics of a broker, one test at a time.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "all/auth.rs"]
mod auth;
#[path = "all/bound.rs"]
mod bound;
#[path = "all/bulk.rs"]
mod bulk;
#[path = "all/cached.rs"]
mod cached;
#[path = "all/comments.rs"]
mod comments;
#[path = "all/connections.rs"]
mod connections;
#[path = "all/damage.rs"]
mod damage;
#[path = "all/deployment.rs"]
mod deployment;
#[path = "all/hostile.rs"]
mod hostile;
#[path = "all/import.rs"]
mod import;
#[path = "all/import_killed.rs"]
mod import_killed;
#[path = "all/kept.rs"]
mod kept;
#[path = "all/kit.rs"]
mod kit;
#[path = "all/leaving.rs"]
mod leaving;
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
#[path = "all/presence.rs"]
mod presence;
#[path = "all/problems.rs"]
mod problems;
#[path = "all/reads.rs"]
mod reads;
#[path = "all/rebuild.rs"]
mod rebuild;
#[path = "all/recurrence.rs"]
mod recurrence;
#[path = "all/redis.rs"]
mod redis;
#[path = "all/reminders.rs"]
mod reminders;
#[path = "all/replica.rs"]
mod replica;
#[path = "all/retries.rs"]
mod retries;
#[path = "all/roundtrip.rs"]
mod roundtrip;
#[path = "all/services.rs"]
mod services;
#[path = "all/shared_log.rs"]
mod shared_log;
#[path = "all/shared_views.rs"]
mod shared_views;
#[path = "all/sockets.rs"]
mod sockets;
#[path = "all/storm.rs"]
mod storm;
#[path = "all/sweep.rs"]
mod sweep;
#[path = "all/tasks.rs"]
mod tasks;
#[path = "all/topics.rs"]
mod topics;
#[path = "all/traces.rs"]
mod traces;
#[path = "all/undo.rs"]
mod undo;
