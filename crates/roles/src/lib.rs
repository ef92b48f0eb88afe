//! The roles of Taskfold, their HTTP and their wiring: gateway, command, query, processor,
//! notifier.

pub mod command;
mod follower;
pub mod gateway;
mod health;
pub mod internal;
mod lasting;
mod metrics;
mod moment;
mod notifier;
pub mod principal;
pub mod problem;
pub mod process;
pub mod processor;
pub mod query;
pub mod redis;
mod relay;
pub mod revocations;
mod trace;
pub mod upstream;
