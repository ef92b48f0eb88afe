//! What tests, the benchmark and the crash harness share: the real binary as a child process, a client that
//! costs next to nothing, a private PostgreSQL and Redis, a Kafka that others started.

mod certificate;
mod http;
mod kafka;
mod postgres;
mod redis;
mod server;

pub use http::{Connection, Response};
pub use kafka::{Kafka, Secured, StandsStill};
pub use postgres::{Disk, Postgres, run_at};
pub use redis::Redis;
pub use server::{Server, Start, account, processor_time};
