//! What goes wrong: each kind of fault for each process, server and link, dealt like cards.

use std::time::Duration;

use anyhow::{Context, Result};
use taskfold_crash::random::Random;

use crate::fleet::Fleet;
use crate::proxy::{Proxy, Weather};
use crate::stack::{Signal, Stack};

/// Longer than a partition stays with a process that does not renew its lease.
const LONGER_THAN_LEASE: u64 = 12_500;
/// Longer than it takes another process to have them, to read the ends of their topics and to note how far it is.
const LONGER_THAN_TAKING_OVER: u64 = 24_000;
/// How long a process may take to reach a crash point: partitions come back to it when leases are renewed.
const REACH: Duration = Duration::from_secs(25);

/// Crash points of the product, by role.
const POINTS: &[(&str, &[&str])] = &[
    (
        "command",
        &[
            "log.before_begin",
            "log.before_commit",
            "log.after_commit",
            "log.before_answer",
        ],
    ),
    (
        "processor",
        &[
            "views.before_apply",
            "views.before_commit",
            "views.after_apply",
            "relay.before_send",
            "relay.after_send",
            "relay.before_note",
        ],
    ),
    (
        "notifier",
        &["reminders.before_trigger", "reminders.after_trigger"],
    ),
];

/// What becomes of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    Cut,
    Refused,
    Slow,
    Silent,
    HalfOpen,
}

impl Trouble {
    const ALL: [Self; 5] = [
        Self::Cut,
        Self::Refused,
        Self::Slow,
        Self::Silent,
        Self::HalfOpen,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Cut => "connections cut",
            Self::Refused => "connections cut and refused",
            Self::Slow => "slow network",
            Self::Silent => "silent network",
            Self::HalfOpen => "half-open connections",
        }
    }
}

/// One thing that goes wrong. Numbers are those of the fleet's services and links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    Kill(usize),
    Crash(usize, &'static str),
    Stop(usize),
    KillServer(String),
    StopServer(String),
    Network(usize, Trouble),
    BrokerNetwork(usize, Trouble),
}

/// What is to be said of a fault that is over.
pub(crate) struct Happened {
    pub(crate) name: String,
    pub(crate) kind: String,
}

/// All of something, in an order by chance; then once more in another.
struct Cards<T> {
    all: Vec<T>,
    left: Vec<T>,
}

impl<T: Clone> Cards<T> {
    fn new(all: Vec<T>) -> Self {
        let left = Vec::new();
        Self { all, left }
    }

    fn deal(&mut self, random: &mut Random) -> T {
        if self.left.is_empty() {
            self.left.clone_from(&self.all);
        }
        self.left.swap_remove(random.index(self.left.len()))
    }
}

/// Every fault that can be. What becomes of the networks is dealt apart, so that soon all of it was there.
pub(crate) struct Deck {
    faults: Cards<Fault>,
    troubles: Cards<Trouble>,
}

impl Deck {
    /// Of the faults whose name contains one of `wanted`, or all when there is none.
    pub(crate) fn new(fleet: &Fleet, stack: &Stack, wanted: &[String]) -> Result<Self> {
        let mut all = Vec::new();
        for (number, service) in fleet.services.iter().enumerate() {
            all.extend([Fault::Kill(number), Fault::Stop(number)]);
            let roles = POINTS.iter().filter(|(role, _)| service.has(role));
            let points = roles.flat_map(|(_, points)| *points);
            all.extend(points.map(|point| Fault::Crash(number, point)));
        }
        let brokers = (1..=stack.brokers.len()).map(|number| format!("kafka-{number}"));
        let servers = ["postgres", "redis"].map(str::to_owned);
        for server in servers.into_iter().chain(brokers) {
            all.extend([Fault::KillServer(server.clone()), Fault::StopServer(server)]);
        }
        let cut = Trouble::Cut;
        all.extend((0..fleet.links.len()).map(|number| Fault::Network(number, cut)));
        all.extend((0..stack.brokers.len()).map(|number| Fault::BrokerNetwork(number, cut)));
        all.retain(|fault| {
            let name = fault.name(fleet);
            wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()))
        });
        all.first().context("no fault has such a name")?;
        Ok(Self {
            faults: Cards::new(all),
            troubles: Cards::new(Trouble::ALL.to_vec()),
        })
    }

    /// How many there are, before the first comes again.
    pub(crate) fn size(&self) -> usize {
        self.faults.all.len()
    }

    /// The next one.
    pub(crate) fn deal(&mut self, random: &mut Random) -> Fault {
        let mut fault = self.faults.deal(random);
        if let Fault::Network(_, trouble) | Fault::BrokerNetwork(_, trouble) = &mut fault {
            *trouble = self.troubles.deal(random);
        }
        fault
    }
}

impl Fault {
    /// Its kind and its victim.
    pub(crate) fn name(&self, fleet: &Fleet) -> String {
        match self {
            Self::Kill(number) => format!("SIGKILL of {}", fleet.services[*number].start.name),
            Self::Stop(number) => format!("SIGSTOP of {}", fleet.services[*number].start.name),
            Self::Crash(_, point) => format!("crash at {point}"),
            Self::KillServer(server) => format!("SIGKILL of {server}"),
            Self::StopServer(server) => format!("SIGSTOP of {server}"),
            Self::Network(number, _) => {
                let link = &fleet.links[*number];
                format!("network from {} to {}", link.from, link.to)
            }
            Self::BrokerNetwork(number, _) => format!("network to kafka-{}", number + 1),
        }
    }

    /// Under which it is counted in the end; victims that are there several times are one.
    fn kind(&self, fleet: &Fleet) -> String {
        match self {
            Self::Kill(_) | Self::Stop(_) | Self::KillServer(_) | Self::StopServer(_) => {
                let name = self.name(fleet);
                name.trim_end_matches(|c: char| c == '-' || c.is_ascii_digit())
                    .to_owned()
            }
            Self::Crash(number, _) => {
                format!("crash point of {}", fleet.services[*number].start.roles[0])
            }
            Self::Network(_, trouble) => trouble.name().to_owned(),
            Self::BrokerNetwork(_, trouble) => format!("{} to kafka", trouble.name()),
        }
    }

    /// Lets it happen and ends it.
    pub(crate) async fn happen(
        &self,
        fleet: &Fleet,
        stack: &Stack,
        random: &mut Random,
    ) -> Result<Happened> {
        let (mut name, mut kind) = (self.name(fleet), self.kind(fleet));
        match self {
            Self::Kill(number) => fleet.services[*number].kill().await?,
            Self::Crash(number, point) => {
                let nth = 1 + random.below(8);
                let service = &fleet.services[*number];
                if !service.crash(&format!("{point}:{nth}"), REACH).await? {
                    kind.push_str(" not reached");
                    name.push_str(", not reached: SIGKILL");
                }
            }
            Self::Stop(number) => {
                let service = &fleet.services[*number];
                let least = match random.below(3) {
                    _ if service.has("processor") => LONGER_THAN_TAKING_OVER,
                    0 => LONGER_THAN_LEASE,
                    _ => 500,
                };
                service.signal("STOP").await?;
                pause(least, random).await;
                service.signal("CONT").await?;
            }
            Self::KillServer(server) => {
                stack.send(Signal::Kill, server).await?;
                pause(0, random).await;
                stack.revive().await?;
            }
            Self::StopServer(server) => {
                let long = server.starts_with("kafka") || random.below(3) == 0;
                stack.send(Signal::Pause, server).await?;
                pause(if long { LONGER_THAN_LEASE } else { 500 }, random).await;
                stack.send(Signal::Resume, server).await?;
            }
            Self::Network(number, trouble) => {
                weather(&fleet.links[*number].proxy, *trouble, random).await;
            }
            Self::BrokerNetwork(number, trouble) => {
                weather(&stack.brokers[*number], *trouble, random).await;
            }
        }
        if let Self::Network(_, trouble) | Self::BrokerNetwork(_, trouble) = self {
            let between = name.trim_start_matches("network ");
            name = format!("{}: {between}", trouble.name());
        }
        Ok(Happened { name, kind })
    }
}

/// At least so many milliseconds, and up to two seconds more.
async fn pause(least: u64, random: &mut Random) {
    tokio::time::sleep(Duration::from_millis(least + random.below(2_000))).await;
}

/// Bad weather for a while.
async fn weather(proxy: &Proxy, trouble: Trouble, random: &mut Random) {
    let slow = Duration::from_millis(50 + random.below(250));
    proxy.set(match trouble {
        Trouble::Cut => Weather::Fair,
        Trouble::Refused => Weather::Refusing,
        Trouble::Slow => Weather::Slow(slow),
        Trouble::Silent => Weather::Silent,
        Trouble::HalfOpen => Weather::HalfOpen,
    });
    if matches!(trouble, Trouble::Cut | Trouble::Refused) {
        proxy.cut();
    }
    let long = random.below(4) == 0;
    pause(if long { LONGER_THAN_LEASE } else { 500 }, random).await;
    proxy.set(Weather::Fair);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_dealt_before_one_comes_again() {
        let (mut cards, mut random) = (Cards::new(vec![1, 2, 3, 4, 5]), Random::new(1));
        let mut orders = Vec::new();
        for _ in 0..3 {
            let mut dealt: Vec<_> = (0..5).map(|_| cards.deal(&mut random)).collect();
            orders.push(dealt.clone());
            dealt.sort_unstable();
            assert_eq!(dealt, [1, 2, 3, 4, 5]);
        }
        assert_ne!(orders[0], orders[1], "in another order");
    }
}
