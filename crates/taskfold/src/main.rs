//! Taskfold: a task manager whose every change is an event.

mod cli;
mod client;
mod config;
mod connect;
mod exit;
mod kafka;
mod moment;
mod names;
mod print;
mod serve;
mod services;
mod telemetry;
mod traces;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
