//! Runs the product as services on real servers, hurts processes, servers and networks one after another while
//! clients write and listen, and proves that nothing that was acknowledged was lost, doubled, reordered or served
//! stale. Then plants known bugs, and fails unless each is found.

mod campaign;
mod fault;
mod fleet;
mod proxy;
mod service;
mod stack;
mod topics;
mod verdict;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::campaign::{Campaign, Outcome};
use crate::stack::Stack;

/// Bugs of the product that must be found: its name and how often it shows, the faults that bring it out, how many.
const PLANTS: &[(&str, &[&str], u32)] = &[
    ("views.event_doubled:50", &["SIGKILL of processor"], 2),
    ("views.mark_apart:1", &["crash at views.before_commit"], 4),
    ("bus.lease_unfenced:1", &["SIGSTOP of processor"], 3),
];

/// Hurt, recover, compare.
#[derive(Debug, Parser)]
struct Arguments {
    /// The product, built with the feature `crash-points`.
    #[arg(long)]
    binary: PathBuf,
    /// Where `scripts/stack` is.
    #[arg(long)]
    repository: PathBuf,
    /// How many faults there are.
    #[arg(long, default_value_t = 100)]
    rounds: u32,
    /// Brokers of Kafka; one of several may be away without anything being late.
    #[arg(long, default_value_t = 3)]
    brokers: usize,
    /// Only faults with one of these in their name, such as `SIGSTOP` or `postgres`.
    #[arg(long)]
    only: Vec<String>,
    /// Only plants with this in their name; `none` plants nothing.
    #[arg(long, default_value = "")]
    plant: String,
    /// Makes a run repeatable, as far as processes are.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// No fault begins after so many seconds, also short of the rounds.
    #[arg(long, default_value_t = 1_500)]
    seconds: u64,
    /// Directory for everything, which is kept; a temporary one unless given.
    #[arg(long)]
    dir: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let folder = tempfile::tempdir()?;
    // PostgreSQL may run as another account, which must be able to get there.
    open_to_all(folder.path())?;
    let home = arguments.dir.clone().unwrap_or(folder.path().to_owned());
    std::fs::create_dir_all(&home)?;
    let home = home.canonicalize()?;
    let servers = home.join("stack");
    let stack = Stack::up(&arguments.repository, &servers, arguments.brokers).await?;
    let ran = tokio::select! {
        ran = run(&arguments, &stack, &home) => ran,
        told = told_to_stop() => told.and_then(|()| bail!("interrupted")),
    };
    stack.down().await?;
    ran
}

/// Ctrl-C or SIGTERM: the servers are ended in either case.
async fn told_to_stop() -> Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        told = tokio::signal::ctrl_c() => told?,
        _ = terminated.recv() => {}
    }
    Ok(())
}

fn open_to_all(folder: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::set_permissions(
        folder,
        std::fs::Permissions::from_mode(0o755),
    )?)
}

async fn run(arguments: &Arguments, stack: &Stack, home: &std::path::Path) -> Result<()> {
    let mut number = 0;
    let mut campaign = |plant: Option<&str>, only: &[String], rounds| {
        let name = plant.unwrap_or("as it is").to_owned();
        let campaign = Campaign {
            stack,
            binary: arguments.binary.clone(),
            home: home.join(format!("run-{number}")),
            number,
            plant: plant.map(str::to_owned),
            only: only.to_vec(),
            rounds,
            seconds: arguments.seconds,
            seed: arguments.seed,
        };
        number += 1;
        async move {
            let outcome = campaign.run().await?;
            report(&name, &outcome);
            Ok::<_, anyhow::Error>(outcome)
        }
    };
    let outcome = campaign(None, &arguments.only, arguments.rounds).await?;
    if !outcome.violations.is_empty() {
        bail!("{} violations", outcome.violations.len());
    }
    if outcome.rounds() < arguments.rounds {
        bail!(
            "only {} of {} rounds in time",
            outcome.rounds(),
            arguments.rounds
        );
    }
    for (bug, only, rounds) in PLANTS {
        if arguments.plant == "none" || !bug.contains(&arguments.plant) {
            continue;
        }
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        if campaign(Some(bug), &only, *rounds)
            .await?
            .violations
            .is_empty()
        {
            bail!("the planted bug {bug} was not found");
        }
    }
    Ok(())
}

#[allow(
    clippy::print_stdout,
    reason = "the report is what this program is for"
)]
fn report(name: &str, outcome: &Outcome) {
    println!("{name}:");
    for (what, count) in &outcome.faults {
        println!("  {count:>4} × {what}");
    }
    let counts = outcome.counts;
    println!(
        "rounds {} · acknowledged commands {} · retried {} · events {} · records on topics {}, of them repeated {} \
         · slowest recovery {:.1} s · violations {}",
        outcome.rounds(),
        outcome.acknowledged,
        outcome.retried,
        counts.events,
        counts.records,
        counts.repeated,
        outcome.slowest.as_secs_f64(),
        outcome.violations.len()
    );
    for violation in outcome.violations.iter().take(10) {
        println!("  violation: {violation}");
    }
}
