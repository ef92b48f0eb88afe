//! The views as a whole: one writer, some readers, and the watermarks.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::position::Position;
use tokio::sync::watch;

use crate::apply::{self, Reach};
use crate::db::{self, File, Readers};
use crate::deadletters;
use crate::error::{ApplyError, OpenError, QueryError};

/// How long a read waits for a free reader.
const READER_WAIT: Duration = Duration::from_secs(10);

/// The views. Cheap to clone: all clones are the same views.
#[derive(Clone)]
pub struct Views {
    shared: Arc<Shared>,
}

struct Shared {
    live: RwLock<Arc<Generation>>,
    /// Changes when somebody waits for events that are not applied yet.
    wanted: watch::Sender<()>,
    watermarks: watch::Sender<BTreeMap<u32, u64>>,
    /// Held while new tables are built beside these.
    rebuilding: Mutex<()>,
}

/// One set of tables; a rebuild brings the next.
pub(crate) struct Generation {
    number: u64,
    pub(crate) file: Option<File>,
    writer: Mutex<Connection>,
    /// None in memory: there the writer reads as well.
    readers: Option<Readers>,
}

/// A moment of the views: all that one reader asks comes from one snapshot.
pub struct Reader<'c> {
    pub(crate) connection: &'c Connection,
}

impl Reader<'_> {
    /// The last position applied of this partition, as of this snapshot; 0 when there is none.
    pub fn watermark(&self, partition: u32) -> Result<u64, QueryError> {
        Ok(db::watermark(self.connection, partition)?)
    }
}

impl Views {
    /// Opens the views file, or makes an empty one. What an interrupted rebuild left beside it is
    /// removed; what a finished one left takes its place.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let file = File::settle(path)?;
        let (writer, readers) = db::open_live(&file)?;
        Self::over(Some(file), writer, Some(readers))
    }

    /// Empty views that live in memory alone.
    pub fn in_memory() -> Result<Self, OpenError> {
        Self::over(None, db::open_memory()?, None)
    }

    pub(crate) fn over(
        file: Option<File>,
        writer: Connection,
        readers: Option<Readers>,
    ) -> Result<Self, OpenError> {
        let watermarks = db::watermarks(&writer)?;
        let number = db::generation(&writer)?;
        let live = Generation {
            number,
            file,
            writer: Mutex::new(writer),
            readers,
        };
        let shared = Shared {
            live: RwLock::new(Arc::new(live)),
            wanted: watch::Sender::default(),
            watermarks: watch::Sender::new(watermarks),
            rebuilding: Mutex::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Counts the rebuilds that these tables went through, from 1.
    pub fn generation(&self) -> u64 {
        self.live().number
    }

    /// The last position applied of this partition; 0 when there is none.
    pub fn watermark(&self, partition: u32) -> u64 {
        self.shared
            .watermarks
            .borrow()
            .get(&partition)
            .copied()
            .unwrap_or(0)
    }

    /// The last positions applied, of all partitions.
    pub(crate) fn watermarks(&self) -> BTreeMap<u32, u64> {
        self.shared.watermarks.borrow().clone()
    }

    /// The right to build new tables beside these; none when somebody has it.
    pub(crate) fn alone(&self) -> Option<MutexGuard<'_, ()>> {
        match self.shared.rebuilding.try_lock() {
            Ok(alone) => Some(alone),
            Err(TryLockError::Poisoned(alone)) => Some(alone.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Changes when somebody waits for events that are not applied yet.
    pub fn wanted(&self) -> watch::Receiver<()> {
        self.shared.wanted.subscribe()
    }

    /// Waits until `position` is applied. False when it is not within `timeout`.
    pub async fn wait_for(&self, position: Position, timeout: Duration) -> bool {
        if self.watermark(position.partition) < position.number {
            self.shared.wanted.send_replace(());
        }
        let mut watermarks = self.shared.watermarks.subscribe();
        let reached = watermarks
            .wait_for(|all| all.get(&position.partition).copied().unwrap_or(0) >= position.number);
        matches!(tokio::time::timeout(timeout, reached).await, Ok(Ok(_)))
    }

    /// Applies a batch in one transaction, all of it or nothing. Events at or below the watermark are
    /// skipped, a gap behind it is refused; events of parked workspaces go to the dead letters. Blocks:
    /// call it from a thread that may.
    pub fn apply(&self, batch: &[Envelope]) -> Result<(), ApplyError> {
        self.write(|transaction| apply::batch(transaction, batch, Reach::Partition))
    }

    /// [`Views::apply`], with each poison event buried at once: for copies, where nobody retries.
    pub(crate) fn apply_or_bury(&self, batch: &[Envelope], reach: Reach) -> Result<(), ApplyError> {
        let apply =
            |part: &[Envelope]| self.write(|transaction| apply::batch(transaction, part, reach));
        let mut rest = batch;
        while let Err(error) = apply(rest) {
            let ApplyError::Poison { index, error } = error else {
                return Err(error);
            };
            apply(&rest[..index])?;
            deadletters::bury(self, &rest[index].header, &error, 1)?;
            rest = &rest[index + 1..];
        }
        Ok(())
    }

    /// Runs `f` in a transaction of the writer, then publishes the watermarks that it left.
    pub(crate) fn write<T, E: From<rusqlite::Error>>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        loop {
            let live = self.live();
            let mut writer = live.writer();
            // A switch may have happened while this thread waited for the writer.
            if !Arc::ptr_eq(&live, &self.live()) {
                continue;
            }
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = f(&transaction)?;
            let watermarks = db::watermarks(&transaction)?;
            transaction.commit()?;
            self.shared.watermarks.send_if_modified(|old| {
                let modified = *old != watermarks;
                *old = watermarks;
                modified
            });
            return Ok(done);
        }
    }

    /// Answers from one snapshot, on a thread for blocking work.
    pub async fn read<T, F>(&self, f: F) -> Result<T, QueryError>
    where
        F: FnOnce(&Reader) -> Result<T, QueryError> + Send + 'static,
        T: Send + 'static,
    {
        let views = self.clone();
        let reading = tokio::task::spawn_blocking(move || views.read_blocking(f));
        reading
            .await
            .map_err(|error| QueryError::Storage(error.to_string()))?
    }

    /// [`Views::read`] for callers without an async runtime. Blocks.
    pub fn read_blocking<T>(
        &self,
        f: impl FnOnce(&Reader) -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        let live = self.live();
        match &live.readers {
            None => snapshot(&mut live.writer(), f),
            Some(readers) => {
                let mut connection = readers.take(READER_WAIT).ok_or(QueryError::Busy)?;
                snapshot(&mut connection, f)
            }
        }
    }

    pub(crate) fn live(&self) -> Arc<Generation> {
        Arc::clone(
            &self
                .shared
                .live
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Puts `next` in the place of the live generation; `f` runs while nothing can be applied.
    pub(crate) fn replace<E: From<OpenError>>(
        &self,
        f: impl FnOnce(&Connection, Option<&File>) -> Result<(File, u64), E>,
    ) -> Result<u64, E> {
        let live = self.live();
        let old = live.writer();
        let (file, number) = f(&old, live.file.as_ref())?;
        let (writer, readers) = db::open_live(&file)?;
        let watermarks = db::watermarks(&writer).map_err(OpenError::from)?;
        let next = Generation {
            number,
            file: Some(file),
            writer: Mutex::new(writer),
            readers: Some(readers),
        };
        *self
            .shared
            .live
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        self.shared.watermarks.send_replace(watermarks);
        Ok(number)
    }
}

impl Generation {
    pub(crate) fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic while it was held rolled the transaction back; the connection is as good as before.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn snapshot<T>(
    connection: &mut Connection,
    f: impl FnOnce(&Reader) -> Result<T, QueryError>,
) -> Result<T, QueryError> {
    let transaction = connection.transaction()?;
    let answer = f(&Reader {
        connection: &transaction,
    })?;
    transaction.commit()?;
    Ok(answer)
}
