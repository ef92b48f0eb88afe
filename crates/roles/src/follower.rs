//! How far the views are that this process reads, when others keep them or reads go to a replica.

use std::sync::Arc;
use std::time::Duration;

use taskfold_bus::{Observer, StatusHandle};
use taskfold_contracts::time::Clock;
use taskfold_log::Log;
use taskfold_views::{QueryError, Views};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Between two looks at the watermarks; a read that waits for one looks by itself.
const LOOK: Duration = Duration::from_millis(250);

/// Looks at the watermarks of the views on a server.
pub(crate) struct Follower {
    observer: Observer,
    views: watch::Receiver<Option<Views>>,
}

impl Follower {
    pub(crate) fn new(
        log: Log,
        clock: Arc<dyn Clock>,
        views: watch::Receiver<Option<Views>>,
    ) -> Self {
        let observer = Observer::new(log, clock);
        Self { observer, views }
    }

    /// Tells how far they are.
    pub(crate) fn status(&self) -> StatusHandle {
        self.observer.status()
    }

    /// Looks until `shutdown`.
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
            let views = self.views.borrow().clone();
            if let Some(views) = views {
                self.look(views).await;
            }
        }
    }

    async fn look(&self, views: Views) {
        let asked = views.clone();
        let looked = tokio::task::spawn_blocking(move || asked.refresh()).await;
        // What is known stays known; the views get older meanwhile.
        match looked {
            // Reads wait for connections: the views are there.
            Ok(Ok(()) | Err(QueryError::Busy)) => {}
            Ok(Err(error)) => return self.observer.lost_sight(&error.to_string()),
            Err(error) => tracing::debug!(%error, "a look at the views was interrupted"),
        }
        if let Err(error) = self
            .observer
            .saw(|partition| views.readable(partition))
            .await
        {
            tracing::debug!(%error, "the log does not say how old the views are");
        }
    }
}
