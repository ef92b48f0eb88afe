//! The views of a process: opened, and kept or followed.

use std::sync::Arc;

use taskfold_bus::{Sharing, StatusHandle};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Options, Role, StartError, Store, Stores};
use crate::follower::Follower;
use crate::health::Kept;
use crate::processor::{Feed, Home, Keeper, TAKEN_OVER};
use crate::query::LiveViews;

/// The views as the roles of this process see them.
pub(super) struct Seen {
    /// None while they are built, and where no role needs them.
    pub(super) views: LiveViews,
    /// Of the consumer that keeps them, where it is here.
    pub(super) keeping: watch::Receiver<Option<StatusHandle>>,
    /// What health tells of them, where a role needs them.
    pub(super) kept: Option<Kept>,
}

/// Opens what the roles need of the views, and begins to look after them.
pub(super) async fn begin(
    stores: &Stores,
    options: &Options,
    feed: Feed,
    (tasks, shutdown): (&TaskTracker, &CancellationToken),
) -> Result<Seen, StartError> {
    let (views_out, views) = watch::channel(None);
    let (status_out, keeping) = watch::channel(None);
    let keeps = options.has(Role::Processor);
    let reads = options.has(Role::Query) || options.has(Role::Notifier);
    if !keeps && !reads {
        return Ok(Seen {
            views,
            keeping,
            kept: None,
        });
    }
    let home = match &options.store {
        Store::Files => Home::File(options.data_dir.join("views.db")),
        Store::Servers(servers) => Home::Server(Box::new(servers.views.clone())),
    };
    // In a file what is applied here is what is read.
    let follows = reads && matches!(home, Home::Server(_));
    let clock = || Arc::clone(&options.clock);
    let reading = follows.then(|| {
        let follower = Follower::new(stores.log.clone(), clock(), views.clone());
        let reading = follower.status();
        tasks.spawn(follower.run(shutdown.clone()));
        reading
    });
    let shared = keeps && matches!(home, Home::Server(_));
    let ledger = stores.ledger.clone().filter(|_| shared);
    let sharing = ledger
        .map(|ledger| Sharing::new(ledger, "views", stores.log.partitions()).with_ttl(TAKEN_OVER));
    let keeper = Keeper {
        log: stores.log.clone(),
        feed,
        clock: clock(),
        home,
        keeps,
        sharing,
        views: views_out,
        status: status_out,
    };
    let opened = keeper.open().await?;
    tasks.spawn(keeper.run(opened, shutdown.clone()));
    let kept = Kept {
        views: views.clone(),
        keeping: keeping.clone(),
        reading,
        must_be_fresh: reads.then_some(options.views_lag),
    };
    Ok(Seen {
        views,
        keeping,
        kept: Some(kept),
    })
}
