//! End to end: the real binary, as a person runs it.

#[path = "all/backup.rs"]
mod backup;
#[path = "all/configuration.rs"]
mod configuration;
#[path = "all/errors.rs"]
mod errors;
#[path = "all/interchange.rs"]
mod interchange;
#[path = "all/kit.rs"]
mod kit;
#[path = "all/output.rs"]
mod output;
#[path = "all/server.rs"]
mod server;
#[path = "all/tasks.rs"]
mod tasks;
