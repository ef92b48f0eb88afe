//! Drives all roles in one process over real TCP.

#[path = "all/auth.rs"]
mod auth;
#[path = "all/hostile.rs"]
mod hostile;
#[path = "all/kit.rs"]
mod kit;
#[path = "all/openapi.rs"]
mod openapi;
#[path = "all/storm.rs"]
mod storm;
#[path = "all/tasks.rs"]
mod tasks;
#[path = "all/import.rs"]
mod import;
#[path = "all/live.rs"]
mod live;
#[path = "all/served.rs"]
mod served;
