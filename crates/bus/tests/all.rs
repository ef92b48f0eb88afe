//! Consumers over a real log and a sink in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by them"
)]

#[path = "all/by_type.rs"]
mod by_type;
#[path = "all/delivery.rs"]
mod delivery;
#[path = "all/faults.rs"]
mod faults;
#[path = "all/kafka.rs"]
mod kafka;
#[path = "all/kit.rs"]
mod kit;
#[path = "all/poison.rs"]
mod poison;
#[path = "all/secured.rs"]
mod secured;
#[path = "all/sharing.rs"]
mod sharing;
#[path = "all/status.rs"]
mod status;
#[path = "all/versions.rs"]
mod versions;
#[path = "all/whose.rs"]
mod whose;
