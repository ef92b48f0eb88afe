//! Kills a real server at random moments and at every named crash point, and proves that nothing that it
//! acknowledged was lost, doubled, reordered or served stale. With `--plant` the server is told to have a
//! known bug, and the run succeeds only if the checks find it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;
use taskfold_crash::ledger::Ledger;
use taskfold_crash::random::Random;
use taskfold_crash::writer::Writer;
use taskfold_crash::{check, listener};
use taskfold_kit::{Server, Start};
use tokio::sync::watch;

/// Every named crash point of the product.
const POINTS: &[&str] = &[
    "log.before_begin",
    "log.before_commit",
    "log.after_commit",
    "log.before_answer",
    "log.before_checkpoint",
    "log.after_checkpoint",
    "views.before_apply",
    "views.before_commit",
    "views.after_apply",
    "reminders.before_trigger",
    "reminders.after_trigger",
];

/// Kill, restart, compare.
#[derive(Debug, Parser)]
struct Arguments {
    /// The product, built with the feature `crash-points`.
    #[arg(long)]
    binary: PathBuf,
    /// How many lives the server loses.
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// Clients that write side by side.
    #[arg(long, default_value_t = 6)]
    writers: usize,
    /// Makes a run repeatable, as far as processes are.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A bug that the server shall have: the run succeeds if it is found.
    #[arg(long)]
    plant: Option<String>,
    /// The run ends after so many seconds, also short of the kills.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
}

#[allow(
    clippy::print_stdout,
    reason = "the report is what this program is for"
)]
#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let ledger = Arc::new(Ledger::default());
    let deaths = run(&arguments, folder.path(), &ledger).await?;
    let (acknowledged, retried, violations) = ledger.summary();
    for (how, count) in &deaths {
        println!("  {count:>4} × {how}");
    }
    let kills: u32 = deaths.values().sum();
    println!(
        "kills {kills} · acknowledged commands {acknowledged} · retried after a crash {retried} · violations {}",
        violations.len()
    );
    for violation in violations.iter().take(10) {
        println!("  violation: {violation}");
    }
    match &arguments.plant {
        None if violations.is_empty() && kills >= arguments.kills => Ok(()),
        None if violations.is_empty() => bail!("only {kills} of {} kills in time", arguments.kills),
        None => bail!("{} violations", violations.len()),
        Some(bug) if violations.is_empty() => bail!("the planted bug {bug} was not found"),
        Some(bug) => {
            println!("the planted bug {bug} was found");
            Ok(())
        }
    }
}

/// Runs the lives and the checks; gives how often the server died of what.
async fn run(
    arguments: &Arguments,
    data: &Path,
    ledger: &Arc<Ledger>,
) -> Result<BTreeMap<String, u32>> {
    let mut random = Random::new(arguments.seed);
    let mut start = Start {
        binary: arguments.binary.clone(),
        data: data.to_owned(),
        environment: Vec::new(),
    };
    if let Some(bug) = &arguments.plant {
        start
            .environment
            .push(("TASKFOLD_CRASH__PLANT".into(), bug.clone()));
    }
    let server = Server::start(&start).await?;
    let token = server.token().await?;
    let (address, address_now) = watch::channel(vec![server.address.clone()]);
    let (stop, stopped) = watch::channel(false);
    let mut clients = tokio::task::JoinSet::new();
    for number in 0..arguments.writers {
        let writer = Writer::new(number, token.clone(), ledger.clone(), random.next());
        clients.spawn(writer.run(address_now.clone(), stopped.clone()));
    }
    let (quiet, quieted) = watch::channel(false);
    let mut listeners = tokio::task::JoinSet::new();
    listeners.spawn(listener::listen(
        address_now,
        token.clone(),
        ledger.clone(),
        quieted,
    ));

    let mut deaths = BTreeMap::new();
    let mut life = Some(server);
    let until = Instant::now() + Duration::from_secs(arguments.seconds);
    let mut lives = 0;
    let found = || arguments.plant.is_some() && !ledger.summary().2.is_empty();
    while lives < arguments.kills && Instant::now() < until && !found() {
        lives += 1;
        let how = match life.take() {
            Some(server) => die(server, &mut random, &start).await?,
            None => "at start".to_owned(),
        };
        *deaths.entry(how).or_insert(0) += 1;
        address.send_replace(Vec::new());
        if lives % 25 == 0 {
            check::files(&arguments.binary, &here(data), ledger)?;
        }
        arm(&mut start, lives);
        life = Server::try_start(&start).await?;
        if let Some(server) = &life {
            address.send_replace(vec![server.address.clone()]);
        }
        while let Some(ended) = clients.try_join_next() {
            ended?.context("a writer gave up")?;
        }
    }
    disarm(&mut start);
    if let Some(server) = life {
        server.kill()?;
    }
    let server = Server::start(&start).await?;
    address.send_replace(vec![server.address.clone()]);
    stop.send_replace(true);
    while let Some(ended) = clients.join_next().await {
        ended?.context("a writer gave up")?;
    }
    check::tasks(&server.address, &token, ledger).await?;
    check::reminders(&server.address, &token, ledger).await?;
    quiet.send_replace(true);
    let seen = listeners.join_next().await.context("no listener")??;
    check::log(&server.address, &token, ledger, &seen).await?;
    server.kill()?;
    check::files(&arguments.binary, &here(data), ledger)?;
    Ok(deaths)
}

/// What names the files of this run to commands.
fn here(data: &Path) -> [(String, String); 1] {
    [("TASKFOLD_DATA".into(), data.display().to_string())]
}

/// Every second life ends at a named point, the others at a random moment.
fn arm(start: &mut Start, life: u32) {
    disarm(start);
    if life.is_multiple_of(2) {
        let turn = (life / 2) as usize;
        let point = POINTS[turn % POINTS.len()];
        // Checkpoints and reminders are rare in a short life; the others are passed at every commit.
        let rare = point.ends_with("checkpoint") || point.starts_with("reminders");
        let step = if rare { 0 } else { 7 };
        let nth = 1 + (turn / POINTS.len()) * step;
        start
            .environment
            .push(("TASKFOLD_CRASH__AT".into(), format!("{point}:{nth}")));
    }
}

fn disarm(start: &mut Start) {
    start
        .environment
        .retain(|(key, _)| key != "TASKFOLD_CRASH__AT");
}

/// Lets the server live until its crash point or a random moment; says how it died.
async fn die(mut server: Server, random: &mut Random, start: &Start) -> Result<String> {
    let armed = start
        .environment
        .iter()
        .find(|(key, _)| key == "TASKFOLD_CRASH__AT");
    let patience = match armed {
        Some(_) => Duration::from_secs(3),
        None => Duration::from_millis(20 + random.below(400)),
    };
    let until = Instant::now() + patience;
    while Instant::now() < until {
        if server.ended()?.is_some() {
            let point = armed.map_or("by itself", |(_, point)| point.as_str());
            return Ok(point
                .rsplit_once(':')
                .map_or(point, |(name, _)| name)
                .to_owned());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    server.kill()?;
    Ok(match armed {
        Some((_, point)) => {
            let name = point.split(':').next().unwrap_or_default();
            format!("SIGKILL ({name} was not reached)")
        }
        None => "SIGKILL at a random moment".to_owned(),
    })
}
