//! Sees what other processes append: reads the heads a few dozen times a second. A look costs the server
//! some 50 µs whatever is written, needs no lock, and works through a pooler and on a replica.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::connect::{Connector, Error, Session};
use crate::ring::Rings;

const HEADS: &str = "SELECT partition, head FROM log.partitions";

/// How long it waits before it connects again.
const AGAIN: Duration = Duration::from_millis(250);

/// The task's state.
pub(crate) struct Watcher {
    pub(crate) connector: Arc<Connector>,
    pub(crate) poll: Duration,
    pub(crate) rings: Arc<Rings>,
    pub(crate) stop: watch::Receiver<bool>,
}

impl Watcher {
    /// Runs until the log is shut down or dropped.
    pub(crate) async fn run(mut self) {
        let mut stop = self.stop.clone();
        tokio::select! {
            // An error means that the log was dropped.
            _ = stop.wait_for(|stop| *stop) => {}
            () = self.watch() => {}
        }
    }

    async fn watch(&mut self) {
        let mut silent = false;
        loop {
            let error = match self.connector.connect().await {
                Ok(session) => {
                    silent = false;
                    self.poll(&session).await
                }
                Err(error) => error,
            };
            if !silent {
                let name = self.connector.name();
                tracing::warn!(%error, database = name, "the log's heads cannot be read; going on trying");
                silent = true;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn poll(&self, session: &Session) -> Error {
        let mut ticks = interval(self.poll.max(Duration::from_millis(1)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.look(session).await {
                return error;
            }
        }
    }

    async fn look(&self, session: &Session) -> Result<(), Error> {
        for row in session.bounded(session.query(HEADS, &[])).await? {
            let (partition, head): (i32, i64) = (row.try_get(0)?, row.try_get(1)?);
            self.rings
                .advance(partition.cast_unsigned(), head.cast_unsigned());
        }
        Ok(())
    }
}
