//! The domain's tests: given events, when a command, then events or a rejection; and laws as properties.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what helpers of tests take for granted"
)]

#[path = "all/comments_back.rs"]
mod comments_back;
#[path = "all/edges.rs"]
mod edges;
#[path = "all/harness.rs"]
mod harness;
#[path = "all/importing.rs"]
mod importing;
#[path = "all/importing_names.rs"]
mod importing_names;
#[path = "all/later_work.rs"]
mod later_work;
#[path = "all/laws.rs"]
mod laws;
#[path = "all/members.rs"]
mod members;
#[path = "all/members_back.rs"]
mod members_back;
#[path = "all/occurrences.rs"]
mod occurrences;
#[path = "all/places.rs"]
mod places;
#[path = "all/ranks.rs"]
mod ranks;
#[path = "all/refusals.rs"]
mod refusals;
#[path = "all/reminders.rs"]
mod reminders;
#[path = "all/snapshots.rs"]
mod snapshots;
#[path = "all/sweeping.rs"]
mod sweeping;
#[path = "all/taking_back.rs"]
mod taking_back;
#[path = "all/tasks.rs"]
mod tasks;
#[path = "all/texts.rs"]
mod texts;
