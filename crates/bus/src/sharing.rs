//! Shares partitions among processes: each works on some, evenly, and on none that another one works on.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::{MissedTickBehavior, interval, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::ledger::{Beat, Lease, Ledger, Worker};

/// How long a lease lasts after it was renewed.
const TTL: Duration = Duration::from_secs(10);
/// How long work may take to end at the stop; what takes longer keeps its lease, which runs out by itself.
const FAREWELL: Duration = Duration::from_secs(2);

/// A partition, while it is ours.
#[derive(Debug, Clone)]
pub struct Tenure {
    pub(crate) lease: Lease,
    /// Until when it is ours for sure.
    until: watch::Receiver<Instant>,
    stop: CancellationToken,
}

impl Tenure {
    /// The partition.
    pub fn partition(&self) -> u32 {
        self.lease.partition
    }

    /// Ends with the tenure: nothing new is to be begun.
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Whether somebody else may have taken the partition: this process was paused, or the ledger is away.
    pub fn is_over(&self) -> bool {
        self.stop.is_cancelled() || Instant::now() >= *self.until.borrow()
    }
}

/// One who takes part in some work on partitions.
pub struct Sharing {
    ledger: Ledger,
    worker: Worker,
}

/// Work on one partition.
struct Working {
    lease: Lease,
    stop: CancellationToken,
}

impl Sharing {
    /// Of the work `name` on so many partitions.
    pub fn new(ledger: Ledger, name: &'static str, partitions: u32) -> Self {
        let (process, random) = (std::process::id(), rand::random::<u32>());
        Self {
            ledger,
            worker: Worker {
                name,
                owner: format!("{process}-{random:08x}"),
                partitions,
                ttl: TTL,
            },
        }
    }

    /// Leases that last so long after they were renewed, in place of ten seconds.
    #[must_use]
    pub fn with_ttl(mut self, ttl: Duration) -> Self {
        self.worker.ttl = ttl;
        self
    }

    /// Has `work` done on the partitions that fall to us, each until its tenure ends. Work that ends by itself
    /// gives its partition up. Returns after `shutdown`, when all work has ended and others can go on.
    pub async fn run<W, F>(self, work: W, shutdown: CancellationToken)
    where
        W: Fn(Tenure) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let (renewed, until) = watch::channel(Instant::now());
        let mut all = All {
            sharing: self,
            working: BTreeMap::new(),
            tasks: JoinSet::new(),
            renewed,
            until,
        };
        let mut beats = interval(all.sharing.worker.ttl / 3);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                Some(ended) = all.tasks.join_next_with_id() => {
                    all.give_up(&ended.map_or_else(|error| error.id(), |(id, ())| id)).await;
                }
                _ = beats.tick() => all.beat(&work).await,
            }
        }
        all.leave().await;
    }
}

/// All work of one process.
struct All {
    sharing: Sharing,
    working: BTreeMap<Id, Working>,
    tasks: JoinSet<()>,
    renewed: watch::Sender<Instant>,
    until: watch::Receiver<Instant>,
}

impl All {
    async fn beat<W, F>(&mut self, work: &W)
    where
        W: Fn(Tenure) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let Worker { name, ttl, .. } = self.sharing.worker;
        let asked = Instant::now();
        // A beat that is given up here may still take effect; the next one finds what it did.
        let beat = timeout(
            ttl / 3,
            self.sharing.ledger.beat(self.sharing.worker.clone()),
        );
        let beat = match beat.await {
            Ok(Ok(beat)) => beat,
            Ok(Err(error)) => return self.unrenewed(&error.to_string()),
            Err(_) => return self.unrenewed("it does not answer in time"),
        };
        self.renewed.send_replace(asked + ttl);
        let Beat { held, share } = beat;
        for working in self.working.values() {
            if !held.contains(&working.lease) {
                let partition = working.lease.partition;
                tracing::warn!(name, partition, "somebody else has taken a partition");
                working.stop.cancel();
            }
        }
        let known: Vec<Lease> = self.working.values().map(|one| one.lease).collect();
        for lease in held.iter().filter(|lease| !known.contains(lease)) {
            self.begin(*lease, work);
        }
        let going = self.working.values().filter(|one| !one.stop.is_cancelled());
        let mut going: Vec<_> = going.collect();
        going.sort_by_key(|one| one.lease.partition);
        for excess in going.iter().skip(share) {
            excess.stop.cancel();
        }
    }

    fn begin<W, F>(&mut self, lease: Lease, work: &W)
    where
        W: Fn(Tenure) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = CancellationToken::new();
        let tenure = Tenure {
            lease,
            until: self.until.clone(),
            stop: stop.clone(),
        };
        let task = self.tasks.spawn(work(tenure));
        self.working.insert(task.id(), Working { lease, stop });
    }

    /// The leases could not be renewed: when they have run out, the work ends.
    fn unrenewed(&self, error: &str) {
        let name = self.sharing.worker.name;
        tracing::warn!(name, error, "the leases of partitions cannot be renewed");
        if Instant::now() + self.sharing.worker.ttl / 3 >= *self.until.borrow() {
            for working in self.working.values() {
                working.stop.cancel();
            }
        }
    }

    /// Gives up the partition whose work has ended.
    async fn give_up(&mut self, ended: &Id) {
        if let Some(working) = self.working.remove(ended) {
            self.release(vec![working.lease], false).await;
        }
    }

    async fn release(&self, leases: Vec<Lease>, leaves: bool) {
        let Sharing { ledger, worker } = &self.sharing;
        if let Err(error) = ledger.release(worker.clone(), leases, leaves).await {
            let name = worker.name;
            tracing::warn!(name, %error, "partitions are not given up; their leases run out");
        }
    }

    async fn leave(mut self) {
        for working in self.working.values() {
            working.stop.cancel();
        }
        let (until, mut ended) = (tokio::time::Instant::now() + FAREWELL, Vec::new());
        while let Ok(Some(one)) = timeout_at(until, self.tasks.join_next_with_id()).await {
            let id = one.map_or_else(|error| error.id(), |(id, ())| id);
            ended.extend(self.working.remove(&id).map(|working| working.lease));
        }
        self.release(ended, true).await;
    }
}
