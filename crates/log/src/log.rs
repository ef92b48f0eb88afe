//! The type that everyone holds.

use std::path::Path;
use std::sync::Arc;

use taskfold_contracts::envelope::{Envelope, Recorded};
use taskfold_contracts::ids::WorkspaceId;
use taskfold_contracts::position::{Position, partition_of};
use taskfold_contracts::time::{Clock, Timestamp};
use tokio::sync::{mpsc, oneshot, watch};

use crate::job::{Job, Side};
use crate::ring::Rings;
use crate::{
    Append, AppendError, Appended, Batches, Migrate, OpenError, Options, PostgresOptions, Snapshot,
    Unreadable, WriteError, payload, postgres, sqlite, transfer,
};

/// An open log; clones are the same log.
#[derive(Clone)]
pub struct Log {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    options: Options,
    pub(crate) rings: Arc<Rings>,
    /// One a lane.
    queues: Vec<mpsc::Sender<Job>>,
    pub(crate) storage: Storage,
}

/// Where the rows are. What is read and written there differs; everything around it is the same.
pub(crate) enum Storage {
    Sqlite(sqlite::store::Store),
    Postgres(postgres::store::Store),
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut log = f.debug_struct("Log");
        match &self.inner.storage {
            Storage::Sqlite(store) => log.field("path", &store.path()),
            Storage::Postgres(store) => log.field("shards", &store.pools.len()),
        };
        log.finish_non_exhaustive()
    }
}

impl Log {
    /// Opens the log in the file at `path`, or makes it. Takes as long for a million events as for none.
    ///
    /// # Errors
    /// Another process has it open, its format or number of partitions is another one, or its file cannot
    /// be used.
    pub fn open(path: &Path, options: Options, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        Ok(Self::in_file(sqlite::store::Store::open(
            path, options, clock,
        )?))
    }

    /// Opens an existing file for reading alone, also while another process writes to it: heads are those of
    /// this moment, appends are `Closed`.
    ///
    /// # Errors
    /// There is no log at `path`, or it cannot be read.
    pub fn open_read_only(path: &Path, options: &Options) -> Result<Self, OpenError> {
        let opened = sqlite::store::Store::open_read_only(path, options)?;
        Ok(Self::in_file(opened))
    }

    /// The number of partitions of the log in the file at `path`; none when there is no file.
    ///
    /// # Errors
    /// The file cannot be read, or holds no log.
    pub fn partitions_of(path: &Path) -> Result<Option<u32>, OpenError> {
        sqlite::schema::partitions_of(path)
    }

    fn in_file(opened: sqlite::store::Opened) -> Self {
        Self {
            inner: Arc::new(Inner {
                options: opened.options,
                rings: opened.rings,
                queues: vec![opened.queue],
                storage: Storage::Sqlite(opened.store),
            }),
        }
    }

    /// Connects to the log in one or several `PostgreSQL` databases, which [`Log::migrate`] made. Any number of
    /// processes may append to it and read it at once. Its lanes run on the runtime that this is called on.
    /// Of `options`, what is about a file does not count.
    ///
    /// # Errors
    /// A database cannot be reached, is not migrated to what this program knows, or is not the one that the
    /// options tell of.
    pub async fn connect(
        postgres: PostgresOptions,
        options: Options,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        Self::in_databases(postgres, options, Some(clock), false).await
    }

    /// Connects for reading alone, also to replicas: heads follow what is there, appends are `Closed`.
    ///
    /// # Errors
    /// As for [`Log::connect`].
    pub async fn connect_read_only(
        postgres: PostgresOptions,
        options: Options,
    ) -> Result<Self, OpenError> {
        Self::in_databases(postgres, options, None, false).await
    }

    /// `half_copied` also opens what a [`crate::Transfer`] has not finished.
    pub(crate) async fn in_databases(
        postgres: PostgresOptions,
        options: Options,
        clock: Option<Arc<dyn Clock>>,
        half_copied: bool,
    ) -> Result<Self, OpenError> {
        let opened = postgres::store::Store::open(postgres, &options, clock, half_copied).await?;
        Ok(Self {
            inner: Arc::new(Inner {
                options,
                rings: opened.rings,
                queues: opened.queues,
                storage: Storage::Postgres(opened.store),
            }),
        })
    }

    /// Makes the log in `PostgreSQL` databases, or brings it up to date, one process at a time; the addresses
    /// are those of a role that may. Returns the migrations that were applied, each with the number of its
    /// shard.
    ///
    /// # Errors
    /// A database cannot be reached, another process migrates for too long, or what is there was made by a
    /// newer program or changed by hand.
    pub async fn migrate(
        postgres: &PostgresOptions,
        migrate: &Migrate,
    ) -> Result<Vec<(usize, String)>, OpenError> {
        postgres::migrate::migrate(postgres, migrate).await
    }

    /// `P`.
    pub fn partitions(&self) -> u32 {
        self.inner.options.partitions
    }

    /// The partition of a workspace.
    pub fn partition_of(&self, workspace: WorkspaceId) -> u32 {
        partition_of(workspace, self.partitions())
    }

    /// Stores the events of one change, on disk when this returns. The future may be dropped at any moment:
    /// once the append is queued it is carried out all the same.
    ///
    /// # Errors
    /// See [`AppendError`]; nothing was stored, except that [`AppendError::Unknown`] leaves it open.
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let (events, bytes) = (append.drafts.len(), payload::stored_size(&append.drafts));
        if events > self.inner.options.max_events || bytes > self.inner.options.max_bytes {
            return Err(AppendError::TooLarge { events, bytes });
        }
        let queue = self.lane(self.partition_of(append.workspace_id));
        let room = tokio::time::timeout(self.inner.options.busy_after, queue.reserve());
        let room = room.await.map_err(|_| AppendError::Busy)?;
        let (answer, answered) = oneshot::channel();
        room.map_err(|_| AppendError::Closed)?
            .send(Job::Append(append, answer));
        let lost = |_| AppendError::Unknown("the lane ended before it answered".to_owned());
        answered.await.map_err(lost)?
    }

    /// The last committed position that this process knows of; from memory.
    pub fn head(&self, partition: u32) -> Position {
        Position {
            partition,
            number: self.inner.rings.head(partition),
        }
    }

    /// How much this process commits together.
    pub fn batches(&self) -> Batches {
        self.inner.rings.batches.clone()
    }

    /// The number of the last committed position, changing with each commit of this process, and a moment
    /// after the commits of others.
    pub fn watch(&self, partition: u32) -> watch::Receiver<u64> {
        self.inner.rings.watch(partition)
    }

    /// Reads a row: the one way from stored bytes to an event.
    pub fn open_envelope(&self, row: &Recorded) -> Result<Envelope, Unreadable> {
        payload::open(row)
    }

    /// Keeps folded state; a snapshot of `key` at the same position is replaced.
    pub async fn put_snapshot(
        &self,
        key: &[u8],
        position: Position,
        bytes: Vec<u8>,
    ) -> Result<(), WriteError> {
        let side = Side::PutSnapshot(key.to_vec(), Snapshot { position, bytes });
        self.write(self.lane(position.partition), side).await
    }

    /// Removes all snapshots of `key`.
    pub async fn remove_snapshots(&self, key: &[u8]) -> Result<(), WriteError> {
        for lane in self.shards() {
            self.write(lane, Side::RemoveSnapshots(key.to_vec()))
                .await?;
        }
        Ok(())
    }

    /// Keeps how far a consumer is whose effect is elsewhere.
    pub async fn put_watermark(&self, consumer: &str, at: Position) -> Result<(), WriteError> {
        let side = Side::PutWatermark(consumer.to_owned(), at);
        self.write(self.lane(at.partition), side).await
    }

    /// Forgets the idempotency keys that were stored before `before`, in pieces of a transaction each, so that
    /// appends go on in between. How many they were.
    ///
    /// # Errors
    /// The log cannot be read or written; what was forgotten until then stays forgotten.
    pub async fn forget_keys(&self, before: Timestamp) -> Result<u64, WriteError> {
        let mut forgotten = 0;
        for (shard, lane) in self.shards().enumerate() {
            let mut after = None;
            loop {
                let piece = self.old_keys(shard, after, before).await;
                let piece = piece.map_err(|error| WriteError::Storage(error.to_string()))?;
                if !piece.old.is_empty() {
                    forgotten += u64::try_from(piece.old.len()).unwrap_or(u64::MAX);
                    self.write(lane, Side::ForgetKeys(piece.old)).await?;
                }
                after = piece.last;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(forgotten)
    }

    /// Moves everything from the write-ahead file to the log's file; `PostgreSQL` sees to its own.
    pub async fn checkpoint(&self) -> Result<(), WriteError> {
        for lane in &self.inner.queues {
            self.ask(lane, Job::Checkpoint).await?;
        }
        Ok(())
    }

    /// Writes a consistent copy of the log to the file `target`, which must not exist, while appends go on. The
    /// copy can be opened by [`Log::open`], wherever the log is.
    pub async fn backup_to(&self, target: &Path) -> Result<(), WriteError> {
        match &self.inner.storage {
            Storage::Sqlite(store) => {
                let target = target.to_owned();
                let work = move |connection: &_| Ok(sqlite::backup::copy(connection, &target));
                let copied = store.pool.read(work).await;
                copied.map_err(|error| WriteError::Storage(error.to_string()))?
            }
            Storage::Postgres(_) => transfer::to_new_file(self, target).await,
        }
    }

    /// Finishes what is queued, closes the storage and gives up what locks it. Later appends are `Closed`.
    /// When the last clone is dropped without this, the same happens a moment later, in the lanes.
    pub async fn shutdown(&self) {
        for lane in &self.inner.queues {
            // Fails only when the lane has ended already.
            drop(lane.send(Job::Stop).await);
        }
        match &self.inner.storage {
            Storage::Sqlite(store) => store.shutdown().await,
            Storage::Postgres(store) => store.shutdown().await,
        }
    }

    /// The queue of the lane that owns a partition.
    fn lane(&self, partition: u32) -> &mpsc::Sender<Job> {
        let lane = match &self.inner.storage {
            Storage::Sqlite(_) => 0,
            Storage::Postgres(store) => store.lane_of(partition),
        };
        // A log that is only read has one queue, which nobody empties.
        &self.inner.queues[lane % self.inner.queues.len()]
    }

    /// A queue into each database.
    fn shards(&self) -> impl Iterator<Item = &mpsc::Sender<Job>> {
        let each = match &self.inner.storage {
            Storage::Sqlite(_) => 1,
            Storage::Postgres(store) => store.lanes_a_shard(),
        };
        self.inner.queues.iter().step_by(each)
    }

    async fn write(&self, lane: &mpsc::Sender<Job>, side: Side) -> Result<(), WriteError> {
        self.ask(lane, |answer| Job::Side(side, answer)).await
    }

    async fn ask(
        &self,
        lane: &mpsc::Sender<Job>,
        job: impl FnOnce(oneshot::Sender<Result<(), WriteError>>) -> Job,
    ) -> Result<(), WriteError> {
        let room = tokio::time::timeout(self.inner.options.busy_after, lane.reserve());
        let room = room.await.map_err(|_| WriteError::Busy)?;
        let (answer, answered) = oneshot::channel();
        room.map_err(|_| WriteError::Closed)?.send(job(answer));
        answered.await.map_err(|_| WriteError::Closed)?
    }
}
