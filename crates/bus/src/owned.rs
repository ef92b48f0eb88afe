//! Which partitions a consumer works on, when several share them.

use std::collections::BTreeSet;

use tokio::sync::watch;

/// Whether one partition is this consumer's.
pub(crate) struct Owned {
    /// None is always.
    partitions: Option<watch::Receiver<BTreeSet<u32>>>,
    partition: u32,
}

impl Owned {
    pub(crate) fn new(partitions: Option<watch::Receiver<BTreeSet<u32>>>, partition: u32) -> Self {
        Self {
            partitions,
            partition,
        }
    }

    pub(crate) fn is(&self) -> bool {
        let all = self.partitions.as_ref();
        all.is_none_or(|all| all.borrow().contains(&self.partition))
    }

    /// Returns when the partition is this consumer's.
    pub(crate) async fn gained(&mut self) {
        self.becomes(true).await;
    }

    /// Returns when it is not any more.
    pub(crate) async fn lost(&mut self) {
        self.becomes(false).await;
    }

    async fn becomes(&mut self, wanted: bool) {
        let partition = self.partition;
        let reached = match &mut self.partitions {
            None => wanted,
            Some(all) => {
                let reached = all.wait_for(|all| all.contains(&partition) == wanted);
                reached.await.is_ok()
            }
        };
        // Whoever shares the partitions out is gone: it stays as it is.
        if !reached {
            std::future::pending::<()>().await;
        }
    }
}
