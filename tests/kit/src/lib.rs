//! What the benchmark and the crash harness share: the real binary as a child process, and a client that
//! costs next to nothing.

mod http;
mod server;

pub use http::{Connection, Response};
pub use server::{Server, Start, processor_time};
