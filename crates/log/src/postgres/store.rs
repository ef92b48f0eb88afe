//! A log's databases, opened.

use std::sync::{Arc, Mutex, PoisonError};

use taskfold_contracts::time::Clock;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::commit::Writer;
use super::connect::Connector;
use super::lane::Lane;
use super::migrate;
use super::options::PostgresOptions;
use super::pool::Pool;
use super::watch::Watcher;
use crate::job::Job;
use crate::ring::Rings;
use crate::{DatabaseError, OpenError, Options};

/// A log's databases.
pub(crate) struct Store {
    /// One a shard.
    pub(crate) pools: Vec<Arc<Pool>>,
    /// `P`.
    pub(crate) partitions: u32,
    pub(crate) postgres: PostgresOptions,
    lanes: Mutex<Vec<JoinHandle<()>>>,
    /// Dropped or told, it ends what runs beside the lanes.
    stop: watch::Sender<bool>,
}

/// A store, and what a log needs beside it.
pub(crate) struct Opened {
    pub(crate) store: Store,
    pub(crate) rings: Arc<Rings>,
    /// One a lane; [`Store::lane_of`] tells which.
    pub(crate) queues: Vec<mpsc::Sender<Job>>,
}

impl Store {
    /// Connects, checks that the schema is the one that this program knows, and starts lanes (none for a log
    /// that is only read: nobody receives what its one queue is sent).
    pub(crate) async fn open(
        postgres: PostgresOptions,
        options: &Options,
        clock: Option<Arc<dyn Clock>>,
        half_copied: bool,
    ) -> Result<Opened, OpenError> {
        let mut connectors = Vec::new();
        let mut heads = vec![0; options.partitions as usize];
        for url in &postgres.urls {
            let connector = Arc::new(Connector::new(url, &postgres)?);
            let shard = (connectors.len(), postgres.urls.len());
            let checked = migrate::check(&connector, options.partitions, shard, half_copied);
            for (partition, head) in checked.await? {
                heads[partition as usize] = head;
            }
            connectors.push(connector);
        }
        if connectors.is_empty() {
            return Err(DatabaseError::Address("there is none".to_owned()).into());
        }
        let pool = |connector: &Arc<Connector>| {
            Arc::new(Pool::new(
                Arc::clone(connector),
                options.readers,
                options.busy_after,
            ))
        };
        let (stop, stopped) = watch::channel(false);
        let mut store = Self {
            pools: connectors.iter().map(pool).collect(),
            partitions: options.partitions,
            postgres,
            lanes: Mutex::default(),
            stop,
        };
        let rings = Arc::new(Rings::new(&heads, options.ring_rows, options.ring_bytes));
        for connector in &connectors {
            let watcher = Watcher {
                connector: Arc::clone(connector),
                poll: store.postgres.poll,
                rings: Arc::clone(&rings),
                stop: stopped.clone(),
            };
            drop(Handle::current().spawn(watcher.run()));
        }
        let queues = match clock {
            Some(clock) => store.start(&connectors, options, &clock, &rings),
            None => vec![mpsc::channel(1).0],
        };
        Ok(Opened {
            store,
            rings,
            queues,
        })
    }

    fn start(
        &mut self,
        connectors: &[Arc<Connector>],
        options: &Options,
        clock: &Arc<dyn Clock>,
        rings: &Arc<Rings>,
    ) -> Vec<mpsc::Sender<Job>> {
        let mut queues = Vec::new();
        let lanes = self.lanes.get_mut().unwrap_or_else(PoisonError::into_inner);
        for (shard, connector) in connectors.iter().enumerate() {
            let others = self
                .pools
                .iter()
                .enumerate()
                .filter(|(index, _)| *index != shard);
            let elsewhere: Vec<_> = others.map(|(_, pool)| Arc::clone(pool)).collect();
            for _ in 0..self.postgres.lanes.max(1) {
                let (queue, jobs) = mpsc::channel(options.queue.max(1));
                queues.push(queue);
                let lane = Lane {
                    writer: Writer {
                        connector: Arc::clone(connector),
                        session: None,
                        partitions: self.partitions,
                        patience: self.postgres.patience,
                        clock: Arc::clone(clock),
                        elsewhere: elsewhere.clone(),
                    },
                    queue: jobs,
                    batch: options.batch.max(1),
                    rings: Arc::clone(rings),
                };
                lanes.push(Handle::current().spawn(lane.run()));
            }
        }
        queues
    }

    /// The database of a partition.
    pub(crate) fn pool(&self, partition: u32) -> &Pool {
        &self.pools[self.postgres.shard_of(partition)]
    }

    /// The lane that owns a partition in this process.
    pub(crate) fn lane_of(&self, partition: u32) -> usize {
        let (shards, lanes) = (self.pools.len(), self.postgres.lanes.max(1));
        let within = partition as usize / shards % lanes;
        self.postgres.shard_of(partition) * lanes + within
    }

    /// Lanes of each database.
    pub(crate) fn lanes_a_shard(&self) -> usize {
        self.postgres.lanes.max(1)
    }

    /// Waits for the lanes, which were told to end, then closes all connections.
    pub(crate) async fn shutdown(&self) {
        let lanes = std::mem::take(&mut *self.lanes.lock().unwrap_or_else(PoisonError::into_inner));
        for lane in lanes {
            if lane.await.is_err() {
                tracing::error!("a lane of the log ended with a panic");
            }
        }
        self.stop.send_replace(true);
        for pool in &self.pools {
            pool.close();
        }
    }
}
