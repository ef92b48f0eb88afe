//! Files in and out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test may panic, and another crate's enum may have more than is known here"
)]

#[path = "all/damage.rs"]
mod damage;
#[path = "all/exports.rs"]
mod exports;
#[path = "all/fixtures.rs"]
mod fixtures;
#[path = "all/hostile.rs"]
mod hostile;
#[path = "all/people.rs"]
mod people;
#[path = "all/support.rs"]
mod support;
#[path = "all/traits.rs"]
mod traits;
