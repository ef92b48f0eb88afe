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

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::campaign::{Campaign, Outcome};
use crate::stack::Stack;

/// A bug of the product that must be found.
#[derive(Debug)]
struct Plant {
    /// Its name, and how often it shows.
    bug: &'static str,
    /// The faults that bring it out, one of which is dealt each round.
    faults: &'static [&'static str],
    /// How many rounds there are for it.
    rounds: u32,
    /// A part of what is said of it: who finds something else has not found it.
    signs: &'static [&'static str],
}

const PLANTS: &[Plant] = &[
    Plant {
        bug: "views.event_doubled:1",
        faults: &["SIGSTOP of processor"],
        rounds: 4,
        signs: &["served (", "views rebuild"],
    },
    Plant {
        bug: "views.mark_apart:1",
        faults: &["crash at views.before_commit"],
        rounds: 4,
        signs: &["views_lag_seconds", "is answered with 503", "views rebuild"],
    },
    Plant {
        bug: "bus.lease_unfenced:1",
        faults: &["SIGSTOP of processor"],
        rounds: 4,
        signs: &["went back"],
    },
];

impl Plant {
    fn is_shown_by(&self, violations: &[String]) -> bool {
        let shows = |said: &String| self.signs.iter().any(|sign| said.contains(sign));
        violations.iter().any(shows)
    }
}

/// Hurt, recover, compare.
#[derive(Debug, Parser)]
struct Arguments {
    /// The product, built with the feature `crash-points`.
    #[arg(long)]
    binary: PathBuf,
    /// Where `scripts/stack` is.
    #[arg(long)]
    repository: PathBuf,
    /// How many faults there are; with none, only bugs are planted.
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
    #[arg(long, default_value_t = 3_000)]
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

fn open_to_all(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::set_permissions(
        folder,
        std::fs::Permissions::from_mode(0o755),
    )?)
}

async fn run(arguments: &Arguments, stack: &Stack, home: &Path) -> Result<()> {
    let campaign = |number: usize| Campaign {
        stack,
        binary: arguments.binary.clone(),
        home: home.join(format!("run-{number}")),
        number,
        plant: None,
        only: arguments.only.clone(),
        rounds: arguments.rounds,
        seconds: arguments.seconds,
        seed: arguments.seed,
    };
    say(&format!(
        "seed {} · rounds {} · brokers {}",
        arguments.seed, arguments.rounds, arguments.brokers
    ));
    if arguments.rounds > 0 {
        as_it_is(&campaign(0)).await?;
    }
    let wanted = |bug: &str| arguments.plant != "none" && bug.contains(&arguments.plant);
    let plants = PLANTS.iter().filter(|plant| wanted(plant.bug));
    for (number, plant) in (1..).zip(plants) {
        let campaign = Campaign {
            plant: Some(plant),
            only: plant.faults.iter().map(ToString::to_string).collect(),
            rounds: plant.rounds,
            ..campaign(number)
        };
        let (bug, outcome) = (plant.bug, campaign.run().await?);
        report(bug, &outcome);
        if !plant.is_shown_by(&outcome.violations) {
            bail!("the planted bug {bug} was not found");
        }
        let (rounds, most) = (outcome.rounds.count(), plant.rounds);
        say(&format!(
            "the planted bug {bug} was found, in {rounds} rounds of at most {most}"
        ));
    }
    Ok(())
}

/// The product without bugs that we know of.
async fn as_it_is(campaign: &Campaign<'_>) -> Result<()> {
    let outcome = campaign.run().await?;
    report("as it is", &outcome);
    if !outcome.violations.is_empty() {
        bail!("{} violations", outcome.violations.len());
    }
    let (rounds, wanted) = (outcome.rounds.count(), campaign.rounds);
    if rounds < wanted {
        bail!("only {rounds} of {wanted} rounds in time");
    }
    Ok(())
}

fn report(name: &str, outcome: &Outcome) {
    let (rounds, counts) = (&outcome.rounds, outcome.counts);
    say(&format!("{name}:"));
    for (what, count) in &rounds.faults {
        say(&format!("  {count:>4} × {what}"));
    }
    for violation in outcome.violations.iter().take(10) {
        say(&format!("  violation: {violation}"));
    }
    let kinds = rounds.kinds.iter();
    let kinds: Vec<_> = kinds
        .map(|(kind, count)| format!("{kind} {count}"))
        .collect();
    say(&format!("by kind: {}", kinds.join(", ")));
    say(&format!(
        "rounds {} · {:.1} s each · acknowledged commands {} · retried {} · reminders {} · events {} · records on topics \
         {}, of them repeated {} · slowest recovery {:.1} s · violations {}",
        rounds.count(),
        rounds.lasted.as_secs_f64() / f64::from(rounds.count().max(1)),
        outcome.acknowledged,
        outcome.retried,
        outcome.reminders,
        counts.events,
        counts.records,
        counts.repeated,
        rounds.slowest.as_secs_f64(),
        outcome.violations.len()
    ));
}

#[allow(
    clippy::print_stdout,
    reason = "the report is what this program is for"
)]
fn say(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_is_found_by_what_it_does_alone() {
        let [doubled, _, unfenced] = PLANTS else {
            panic!("three bugs");
        };
        let stale = ["task t: served (\"old\"), owed (\"new\")".to_owned()];
        let slow = ["30s after SIGSTOP of processor-1: no answer".to_owned()];
        assert!(doubled.is_shown_by(&stale));
        assert!(!unfenced.is_shown_by(&stale), "another bug");
        assert!(!doubled.is_shown_by(&slow) && !unfenced.is_shown_by(&slow));
    }
}
