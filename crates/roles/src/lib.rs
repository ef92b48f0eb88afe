//! The roles of Taskfold, their HTTP and their wiring: gateway, command, query, processor.

pub mod command;
pub mod embedded;
pub mod gateway;
pub mod internal;
mod lasting;
mod moment;
pub mod principal;
pub mod problem;
pub mod processor;
pub mod query;
pub mod upstream;
