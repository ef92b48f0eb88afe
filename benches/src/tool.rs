//! Single measurements for `benches/stack`, at servers that run already. Each prints one line of JSON.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use anyhow::Result;
use uuid::Uuid;

use crate::load::{self, Rate, Target};
use crate::{paced, slopes, socket};

/// One measurement.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Tool {
    /// Tasks made as fast as they are acknowledged, or at a rate.
    Load(At<Load>),
    /// Tasks made at a fixed rate, and when they come to a socket of another gateway.
    Live(At<Live>),
    /// Tasks made at a fixed rate: position and time of each acknowledgement, in microseconds since 1970.
    Paced(At<Paced>),
    /// Buffers that the log's statements touch, by the size of the log and by the number of workspaces.
    Slopes(Slopes),
}

/// A server and what to do there.
#[derive(Debug, clap::Args)]
pub(crate) struct At<T: clap::Args> {
    /// `host:port`.
    #[arg(long)]
    address: String,
    /// Token of a person; the clients share them.
    #[arg(long = "token", required = true)]
    tokens: Vec<String>,
    /// Id of a process whose time is counted.
    #[arg(long = "process")]
    processes: Vec<u32>,
    /// How long.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    #[command(flatten)]
    what: T,
}

/// See [`load::create_tasks`].
#[derive(Debug, clap::Args)]
pub(crate) struct Load {
    /// Clients that write at once, each request with an `Idempotency-Key`.
    #[arg(long)]
    clients: usize,
    /// Tasks a second; as many as are acknowledged unless it is given.
    #[arg(long)]
    per_second: Option<NonZeroU32>,
}

/// See [`socket::measure`].
#[derive(Debug, clap::Args)]
pub(crate) struct Live {
    /// `host:port` of the gateway where the socket listens.
    #[arg(long)]
    listen: String,
    #[command(flatten)]
    paced: Paced,
}

/// A rate.
#[derive(Debug, clap::Args)]
pub(crate) struct Paced {
    /// Tasks a second.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    per_second: u32,
}

/// See [`slopes::measure`].
#[derive(Debug, clap::Args)]
pub(crate) struct Slopes {
    /// A superuser's address of a database of the server, which has loaded `pg_stat_statements`.
    #[arg(long)]
    server: String,
    /// Events in the log, one size after the other.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000])]
    events: Vec<u64>,
    /// Numbers of workspaces that 100,000 events are spread over.
    #[arg(long, value_delimiter = ',', default_values_t = [10, 1_000, 10_000])]
    workspaces: Vec<u64>,
}

impl Tool {
    /// Measures and prints.
    #[allow(clippy::print_stdout, reason = "for the program that started this one")]
    pub(crate) async fn run(self) -> Result<()> {
        let found = match self {
            Self::Load(at) => {
                let (target, length) = (at.target(true), at.length());
                let rate = at.what.per_second.map(Rate);
                let row = load::create_tasks(&target, at.what.clients, length, rate, 1.0).await?;
                serde_json::to_value(row)?
            }
            Self::Live(at) => {
                let (target, rate) = (at.target(false), at.what.paced.per_second);
                let row = socket::measure(&target, &at.what.listen, rate, at.length()).await?;
                serde_json::to_value(row)?
            }
            Self::Paced(at) => {
                let rate = at.what.per_second;
                let count = rate * u32::try_from(at.seconds)?;
                let times = paced::create_tasks(&at.target(false), rate, count).await?;
                serde_json::to_value(since_1970(times))?
            }
            Self::Slopes(wanted) => {
                let found = slopes::measure(&wanted.server, &wanted.events, &wanted.workspaces);
                serde_json::to_value(found.await?)?
            }
        };
        println!("{found}");
        Ok(())
    }
}

impl<T: clap::Args> At<T> {
    fn target(&self, keys: bool) -> Target {
        Target {
            address: self.address.clone(),
            tokens: self.tokens.clone(),
            processes: self.processes.clone(),
            key: keys.then(new_key),
        }
    }

    fn length(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the servers outlive this process, so what is unique must come from outside it"
)]
fn new_key() -> String {
    Uuid::now_v7().simple().to_string()
}

/// Times that another process can compare with its own.
#[allow(
    clippy::disallowed_methods,
    reason = "the machine's clock is what processes share"
)]
fn since_1970(times: paced::Acknowledged) -> BTreeMap<String, i64> {
    let (now, wall) = (Instant::now(), jiff::Timestamp::now().as_microsecond());
    let micros =
        |at| i64::try_from(now.saturating_duration_since(at).as_micros()).unwrap_or(i64::MAX);
    let shared = times
        .into_iter()
        .map(|(position, at)| (position, wall - micros(at)));
    shared.collect()
}
