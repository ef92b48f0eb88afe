//! The benchmark that the figures in the README come from: one run, one machine, one table.

mod bare;
mod corpus;
mod inside;
mod load;
mod paced;
mod past;
mod report;
mod size;
mod slopes;
mod socket;
mod stats;
mod tool;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Parser;
use taskfold_kit::{Server, Start};

use crate::report::Report;
use crate::tool::Tool;

/// The allocator of the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the real binary over HTTP, and the crates by themselves.
#[derive(Debug, Parser)]
struct Arguments {
    /// The product, built with `--release`.
    #[arg(long, default_value = "target/release/taskfold")]
    binary: PathBuf,
    /// Where `results.md` and `results.json` go.
    #[arg(long, default_value = "benches")]
    out: PathBuf,
    /// Seconds for each number of clients.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Events of the large log.
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// Numbers of clients that write at once.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64, 256])]
    clients: Vec<usize>,
    /// Only this part, printed and not written.
    #[arg(long)]
    only: Option<Part>,
    /// One measurement for `benches/stack`, at servers that run already.
    #[command(subcommand)]
    tool: Option<Tool>,
}

/// A part of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Commands over HTTP and the live socket.
    Commands,
    /// Rebuilding views and folding state.
    Inside,
    /// Start-up, memory and latencies over the size of the data.
    Size,
}

#[allow(
    clippy::print_stdout,
    reason = "the report is what this program is for"
)]
#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = Arguments::parse();
    if let Some(tool) = arguments.tool.take() {
        return tool.run().await;
    }
    if !arguments.binary.exists() {
        bail!(
            "{} is missing: cargo build --release -p taskfold",
            arguments.binary.display()
        );
    }
    let mut report = Report::new(&arguments.binary)?;
    let wanted = |part| arguments.only.is_none_or(|only| only == part);
    if wanted(Part::Commands) {
        commands(&arguments, &mut report).await?;
    }
    if wanted(Part::Inside) {
        inside::measure(arguments.events.min(300_000), &mut report).await?;
    }
    if wanted(Part::Size) {
        size::measure(&arguments.binary, arguments.events, &mut report).await?;
    }
    if arguments.only.is_none() {
        report.write(&arguments.out)?;
    }
    println!("{}", report.markdown());
    Ok(())
}

/// Acknowledged commands a second beside the bare rate, and acknowledgement to socket.
async fn commands(arguments: &Arguments, report: &mut Report) -> Result<()> {
    let length = Duration::from_secs(arguments.seconds);
    let folder = tempfile::tempdir()?;
    report.bare_per_second = bare::one_commit_a_row(folder.path(), length)?;
    let start = Start {
        binary: arguments.binary.clone(),
        data: folder.path().join("data"),
        environment: Vec::new(),
    };
    let server = Server::start(&start).await?;
    let token = server.token().await?;
    let target = load::Target::new(&server, &token);
    load::create_tasks(&target, 16, Duration::from_secs(2), None, 1.0).await?;
    for clients in arguments.clients.iter().copied() {
        let bare = report.bare_per_second;
        let row = load::create_tasks(&target, clients, length, None, bare).await?;
        report.load.push(row);
    }
    report.socket = Some(socket::measure(&target, &server.address, 100, length).await?);
    Ok(())
}
