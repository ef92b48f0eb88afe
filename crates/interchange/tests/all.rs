//! Files in and out.

#[path = "all/damage.rs"]
mod damage;
#[path = "all/exports.rs"]
mod exports;
#[path = "all/fixtures.rs"]
mod fixtures;
#[path = "all/hostile.rs"]
mod hostile;
#[path = "all/support.rs"]
mod support;
