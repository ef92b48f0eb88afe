//! The views, from outside.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests")]
#![allow(clippy::wildcard_imports, reason = "histories name nearly all events")]

#[path = "all/as_of.rs"]
mod as_of;
#[path = "all/created.rs"]
mod created;
#[path = "all/deadletters.rs"]
mod deadletters;
#[path = "all/members.rs"]
mod members;
#[path = "all/projections.rs"]
mod projections;
#[path = "all/queries.rs"]
mod queries;
#[path = "all/rebuild.rs"]
mod rebuild;
#[path = "all/robustness.rs"]
mod robustness;
#[path = "all/search.rs"]
mod search;
#[path = "all/world.rs"]
mod world;
