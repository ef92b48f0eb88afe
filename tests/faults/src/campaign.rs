//! One run from empty stores to the verdict.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use taskfold_crash::check;
use taskfold_crash::ledger::Ledger;
use taskfold_crash::listener::{self, Seen};
use taskfold_crash::random::Random;
use taskfold_crash::writer::Writer;
use taskfold_kit::account;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::fault::{Deck, Happened};
use crate::fleet::{Fleet, Plan};
use crate::service::Service;
use crate::stack::Stack;
use crate::verdict::{self, Counts};
use crate::{Plant, say};

/// Accounts, each with a workspace and so with a partition.
const ACCOUNTS: u64 = 4;
/// Clients of each account that write side by side.
const WRITERS: usize = 2;
/// How long the product may take to be as before once a fault is over.
const RECOVERY: Duration = Duration::from_secs(90);
/// Commands that must be acknowledged between two faults.
const BETWEEN: u64 = 20;

/// What a run is made with.
pub(crate) struct Campaign<'s> {
    pub(crate) stack: &'s Stack,
    pub(crate) binary: PathBuf,
    pub(crate) home: PathBuf,
    pub(crate) number: usize,
    pub(crate) plant: Option<&'static Plant>,
    pub(crate) only: Vec<String>,
    pub(crate) rounds: u32,
    pub(crate) seconds: u64,
    pub(crate) seed: u64,
}

/// What went wrong, and how long it took to be well again.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    /// How often, by name.
    pub(crate) faults: BTreeMap<String, u32>,
    /// How often, by kind; there is one of each when there were as many rounds as faults can be.
    pub(crate) kinds: BTreeMap<String, u32>,
    pub(crate) slowest: Duration,
    /// All of them together.
    pub(crate) lasted: Duration,
}

impl Rounds {
    /// How many there were.
    pub(crate) fn count(&self) -> u32 {
        self.faults.values().sum()
    }
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) rounds: Rounds,
    pub(crate) acknowledged: u64,
    pub(crate) retried: u64,
    pub(crate) reminders: usize,
    pub(crate) counts: Counts,
    pub(crate) violations: Vec<String>,
}

impl Outcome {
    fn new(rounds: Rounds, ledgers: &[Arc<Ledger>], counts: Counts) -> Self {
        let summaries: Vec<_> = ledgers.iter().map(|ledger| ledger.summary()).collect();
        Self {
            rounds,
            acknowledged: summaries.iter().map(|all| all.0).sum(),
            retried: summaries.iter().map(|all| all.1).sum(),
            reminders: ledgers.iter().map(|one| one.reminders().len()).sum(),
            counts,
            violations: summaries.into_iter().flat_map(|all| all.2).collect(),
        }
    }
}

/// An account: what it is owed, and what its socket gave.
struct Tenant {
    token: String,
    ledger: Arc<Ledger>,
    /// One task.
    listening: JoinSet<Seen>,
}

/// All who use the product.
struct Clients {
    tenants: Vec<Tenant>,
    writers: JoinSet<Result<()>>,
    stop: watch::Sender<bool>,
    quiet: watch::Sender<bool>,
    /// The doors of the gateways; they do not move.
    _doors: watch::Sender<Vec<String>>,
}

impl Clients {
    async fn begin(fleet: &Fleet, random: &mut Random) -> Result<Self> {
        let doors = fleet.doors("gateway");
        let door = doors.first().context("no gateway")?.clone();
        let (doors, doors_now) = watch::channel(doors);
        let (stop, stopped) = watch::channel(false);
        let (quiet, quieted) = watch::channel(false);
        let (mut tenants, mut writers) = (Vec::new(), JoinSet::new());
        for number in 0..ACCOUNTS {
            let token = account(&door, &format!("kit-{number}@example.com")).await?;
            let ledger = Arc::new(Ledger::default());
            for _ in 0..WRITERS {
                let (token, ledger) = (token.clone(), Arc::clone(&ledger));
                let writer = Writer::new(writers.len(), token, ledger, random.next());
                writers.spawn(writer.run(doors_now.clone(), stopped.clone()));
            }
            let (doors, quieted) = (doors_now.clone(), quieted.clone());
            let listening = listener::listen(doors, token.clone(), Arc::clone(&ledger), quieted);
            let mut own = JoinSet::new();
            own.spawn(listening);
            tenants.push(Tenant {
                token,
                ledger,
                listening: own,
            });
        }
        Ok(Self {
            tenants,
            writers,
            stop,
            quiet,
            _doors: doors,
        })
    }

    fn ledgers(&self) -> Vec<Arc<Ledger>> {
        let all = self.tenants.iter();
        all.map(|tenant| Arc::clone(&tenant.ledger)).collect()
    }

    fn acknowledged(&self) -> u64 {
        let all = self.tenants.iter();
        all.map(|tenant| tenant.ledger.summary().0).sum()
    }

    /// Lets the writers finish, compares what is served, and lets the listeners finish.
    async fn end(mut self, door: &str) -> Result<()> {
        self.stop.send_replace(true);
        while let Some(ended) = self.writers.join_next().await {
            ended?.context("a writer gave up")?;
        }
        for tenant in &self.tenants {
            check::tasks(door, &tenant.token, &tenant.ledger).await?;
            check::reminders(door, &tenant.token, &tenant.ledger).await?;
        }
        self.quiet.send_replace(true);
        for mut tenant in self.tenants {
            let seen = tenant.listening.join_next().await;
            let seen = seen.context("no listener")??;
            check::log(door, &tenant.token, &tenant.ledger, &seen).await?;
        }
        Ok(())
    }
}

impl Campaign<'_> {
    /// Runs it.
    pub(crate) async fn run(&self) -> Result<Outcome> {
        let mut random = Random::new(self.seed);
        let plan = Plan {
            stack: self.stack,
            binary: &self.binary,
            home: &self.home,
            number: self.number,
            plant: self.plant.map(|plant| plant.bug),
        };
        let mut fleet = Fleet::start(&plan).await?;
        let common = Arc::new(Ledger::default());
        let clients = Clients::begin(&fleet, &mut random).await?;
        let mut ledgers = clients.ledgers();
        ledgers.push(Arc::clone(&common));
        let rounds = self.hurt(&fleet, &clients, &ledgers, &mut random).await?;
        if self.has_found(&ledgers) {
            // Who has the bug may not even answer; the processes end with the fleet.
            return Ok(Outcome::new(rounds, &ledgers, Counts::default()));
        }
        let door = fleet.doors("gateway").swap_remove(0);
        if let Err(error) = clients.end(&door).await {
            common.violation(format!(
                "what was acknowledged cannot be compared: {error:#}"
            ));
        }
        let counts = verdict::on_servers(&fleet, self.stack, &common).await?;
        fleet.stop().await?;
        check::files(&self.binary, &fleet.direct, &common)?;
        Ok(Outcome::new(rounds, &ledgers, counts))
    }

    /// Whether there is a planted bug and it was found.
    fn has_found(&self, ledgers: &[Arc<Ledger>]) -> bool {
        let mut violations = ledgers.iter().map(|ledger| ledger.summary().2);
        self.plant
            .is_some_and(|plant| violations.any(|all| plant.is_shown_by(&all)))
    }

    /// How long a recovery may take. A planted bug is found when it prevents one.
    fn patience(&self) -> Duration {
        match self.plant {
            None => RECOVERY,
            Some(_) => RECOVERY / 3,
        }
    }

    /// One fault after another. The last of the ledgers is for what is owed to all.
    async fn hurt(
        &self,
        fleet: &Fleet,
        clients: &Clients,
        ledgers: &[Arc<Ledger>],
        random: &mut Random,
    ) -> Result<Rounds> {
        let common = ledgers.last().context("no ledger")?;
        let mut deck = Deck::new(fleet, self.stack, &self.only)?;
        say(&format!("{} faults can be", deck.size()));
        let (mut rounds, all) = (Rounds::default(), Instant::now());
        while rounds.count() < self.rounds && all.elapsed().as_secs() < self.seconds {
            let fault = deck.deal(random);
            let (began, before) = (Instant::now(), clients.acknowledged());
            let Happened { name, kind } = fault.happen(fleet, self.stack, random).await?;
            let lasted = began.elapsed();
            let during = clients.acknowledged() - before;
            let recovered = recovered(fleet, clients, self.patience()).await;
            rounds.slowest = rounds.slowest.max(recovered.after);
            say(&format!(
                "{:>4} {name} · {:.1} s, {during} acknowledged meanwhile · well after {:.1} s",
                rounds.count() + 1,
                lasted.as_secs_f64(),
                recovered.after.as_secs_f64()
            ));
            match recovered.reason {
                None => verdict::steps_back(fleet, common)?,
                Some(reason) => {
                    let patience = self.patience();
                    common.violation(format!("{patience:?} after {name}: {reason}"));
                }
            }
            let troubles = fleet.services.iter().flat_map(Service::troubles);
            troubles.for_each(|trouble| common.violation(format!("{name}: {trouble}")));
            *rounds.kinds.entry(kind).or_default() += 1;
            *rounds.faults.entry(name).or_default() += 1;
            if self.has_found(ledgers) {
                break;
            }
        }
        rounds.lasted = all.elapsed();
        Ok(rounds)
    }
}

struct Recovered {
    after: Duration,
    /// Why not, when it did not.
    reason: Option<String>,
}

/// Waits until commands are acknowledged and all processes are ready.
async fn recovered(fleet: &Fleet, clients: &Clients, patience: Duration) -> Recovered {
    let (began, before) = (Instant::now(), clients.acknowledged());
    loop {
        let written = clients.acknowledged() - before;
        let reason = if written < BETWEEN {
            Some(format!("only {written} commands were acknowledged"))
        } else {
            fleet.unready().await
        };
        if reason.is_none() || began.elapsed() > patience {
            return Recovered {
                after: began.elapsed(),
                reason,
            };
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
