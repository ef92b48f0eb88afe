//! The type that everyone holds.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use taskfold_contracts::envelope::{Envelope, Recorded};
use taskfold_contracts::ids::{ChangeId, StreamId, WorkspaceId};
use taskfold_contracts::position::{Position, Version, partition_of};
use taskfold_contracts::time::{Clock, Timestamp};
use taskfold_contracts::values::Actor;
use tokio::sync::{mpsc, oneshot, watch};

use crate::job::{Job, Side};
use crate::ring::Rings;
use crate::sqlite;
use crate::sqlite::commit::Writer;
use crate::sqlite::lane::Lane;
use crate::sqlite::pool::Pool;
use crate::{
    Append, AppendError, Appended, Batches, OpenError, Options, ReadError, Replay, Snapshot, Stats,
    Unreadable, Verification, WriteError, payload,
};

/// An open log; clones are the same log.
#[derive(Clone)]
pub struct Log {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    options: Options,
    rings: Arc<Rings>,
    pool: Arc<Pool>,
    queue: mpsc::Sender<Job>,
    lane: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Log")
            .field("path", &self.inner.path)
            .finish_non_exhaustive()
    }
}

impl Log {
    /// Opens the log at `path`, or makes it. Takes as long for a million events as for none.
    ///
    /// # Errors
    /// Another process has it open, its format or number of partitions is another one, or its file cannot
    /// be used.
    pub fn open(path: &Path, options: Options, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let lock = lock(path)?;
        let writer = Writer::open(path.to_owned(), options.clone(), clock)?;
        let rings = Rings::new(&writer.numbers(), options.ring_rows, options.ring_bytes);
        let rings = Arc::new(rings);
        let (queue, jobs) = mpsc::channel(options.queue.max(1));
        let lane = Lane {
            writer,
            queue: jobs,
            batch: options.batch.max(1),
            rings: Arc::clone(&rings),
            _lock: lock,
        };
        let lane = std::thread::Builder::new()
            .name("log-lane-0".to_owned())
            .spawn(move || lane.run())
            .map_err(|error| OpenError::File {
                path: path.to_owned(),
                error,
            })?;
        let pool = Arc::new(Pool::new(path.to_owned(), options.readers));
        let (path, lane) = (path.to_owned(), Mutex::new(Some(lane)));
        Ok(Self {
            inner: Arc::new(Inner {
                path,
                options,
                rings,
                pool,
                queue,
                lane,
            }),
        })
    }

    /// Opens an existing log for reading alone, also while another process writes to it: heads are those of
    /// this moment, appends are `Closed`.
    ///
    /// # Errors
    /// There is no log at `path`, or it cannot be read.
    pub fn open_read_only(path: &Path, options: &Options) -> Result<Self, OpenError> {
        let reader = Reader::open(path, options)?;
        let rings = Arc::new(Rings::new(&reader.heads, 0, 0));
        let pool = Arc::new(Pool::new(path.to_owned(), reader.options.readers));
        // Nobody receives: whoever sends is told that the log is closed.
        let (queue, _) = mpsc::channel(1);
        let (path, lane, options) = (path.to_owned(), Mutex::new(None), reader.options);
        Ok(Self {
            inner: Arc::new(Inner {
                path,
                options,
                rings,
                pool,
                queue,
                lane,
            }),
        })
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
        let room = tokio::time::timeout(self.inner.options.busy_after, self.inner.queue.reserve());
        let room = room.await.map_err(|_| AppendError::Busy)?;
        let (answer, answered) = oneshot::channel();
        room.map_err(|_| AppendError::Closed)?
            .send(Job::Append(append, answer));
        let lost = |_| AppendError::Unknown("the lane ended before it answered".to_owned());
        answered.await.map_err(lost)?
    }

    /// The last committed position; from memory.
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

    /// The number of the last committed position, changing with each commit.
    pub fn watch(&self, partition: u32) -> watch::Receiver<u64> {
        self.inner.rings.watch(partition)
    }

    /// Up to `limit` rows after number `after`, in order of position.
    pub async fn read_partition(
        &self,
        partition: u32,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        if let Some(rows) = self.inner.rings.after(partition, after, limit, |_| true) {
            return Ok(rows);
        }
        let work =
            move |connection: &_| sqlite::read::partition(connection, partition, after, limit);
        self.inner.pool.read(work).await
    }

    /// Up to `limit` rows of a workspace after number `after` and, if given, not after `upto`; in order of
    /// position.
    pub async fn read_workspace(
        &self,
        workspace: WorkspaceId,
        after: u64,
        upto: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        let partition = self.partition_of(workspace);
        let upto = upto.unwrap_or(u64::MAX);
        let wanted = |row: &Recorded| {
            row.header.workspace_id == workspace && row.header.position.number <= upto
        };
        if let Some(rows) = self.inner.rings.after(partition, after, limit, wanted) {
            return Ok(rows);
        }
        let work = move |connection: &_| {
            sqlite::read::workspace(connection, (workspace, partition), after, upto, limit)
        };
        self.inner.pool.read(work).await
    }

    /// Up to `limit` rows of a stream after version `after`, in order.
    pub async fn read_stream(
        &self,
        stream: StreamId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        let work = move |connection: &_| sqlite::read::stream(connection, stream, after, limit);
        self.inner.pool.read(work).await
    }

    /// All rows of a change, in order; none when there is no such change.
    pub async fn read_change(&self, change: ChangeId) -> Result<Vec<Arc<Recorded>>, ReadError> {
        self.inner
            .pool
            .read(move |connection| sqlite::read::change(connection, change))
            .await
    }

    /// Up to `limit` rows of a workspace before number `before`, newest first.
    pub async fn recent_of_workspace(
        &self,
        workspace: WorkspaceId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        self.recent(workspace, None, before, limit).await
    }

    /// Up to `limit` rows of a workspace that `actor` wrote, before number `before`, newest first.
    pub async fn recent_of_actor(
        &self,
        workspace: WorkspaceId,
        actor: Actor,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        self.recent(workspace, Some(actor), before, limit).await
    }

    async fn recent(
        &self,
        workspace: WorkspaceId,
        actor: Option<Actor>,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Arc<Recorded>>, ReadError> {
        let tenant = (workspace, self.partition_of(workspace));
        let before = before.unwrap_or(u64::MAX);
        let work =
            move |connection: &_| sqlite::read::recent(connection, tenant, actor, before, limit);
        self.inner.pool.read(work).await
    }

    /// The last position that was recorded at or before `at`; number 0 when there is none.
    pub async fn position_at(&self, partition: u32, at: Timestamp) -> Result<Position, ReadError> {
        let head = self.head(partition).number;
        let work = move |connection: &_| sqlite::read::number_at(connection, partition, head, at);
        let number = self.inner.pool.read(work).await?;
        Ok(Position { partition, number })
    }

    /// What was stored for an idempotency key.
    pub async fn idempotent(&self, key: &[u8; 32]) -> Result<Option<Replay>, ReadError> {
        let key = *key;
        self.inner
            .pool
            .read(move |connection| sqlite::read::idempotent(connection, &key))
            .await
    }

    /// Forgets the idempotency keys that were stored before `before`, in pieces of a transaction each, so that
    /// appends go on in between. How many they were.
    ///
    /// # Errors
    /// The log cannot be read or written; what was forgotten until then stays forgotten.
    pub async fn forget_keys(&self, before: Timestamp) -> Result<u64, WriteError> {
        let (mut after, mut forgotten) = (None, 0);
        loop {
            let work = move |connection: &_| sqlite::forget::piece(connection, after, before);
            let piece = self.inner.pool.read(work).await;
            let piece = piece.map_err(|error| WriteError::Storage(error.to_string()))?;
            if !piece.old.is_empty() {
                forgotten += u64::try_from(piece.old.len()).unwrap_or(u64::MAX);
                self.write(Side::ForgetKeys(piece.old)).await?;
            }
            after = piece.last;
            if after.is_none() {
                return Ok(forgotten);
            }
        }
    }

    /// How large the log is.
    pub async fn stats(&self) -> Result<Stats, ReadError> {
        let wal = beside(&self.inner.path, "-wal");
        let work = move |connection: &_| {
            let wal_bytes = std::fs::metadata(&wal).map_or(0, |file| file.len());
            sqlite::read::stats(connection, wal_bytes)
        };
        self.inner.pool.read(work).await
    }

    /// Checks chain, positions and versions of the whole log as it stands now. `progress` is called on
    /// another thread with the events checked and their number.
    pub async fn verify(
        &self,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<Verification, ReadError> {
        self.inner
            .pool
            .read(move |connection| sqlite::verify::verify(connection, progress))
            .await
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
        self.write(Side::PutSnapshot(
            key.to_vec(),
            Snapshot { position, bytes },
        ))
        .await
    }

    /// The newest snapshot of `key` in the partition of `upto`, at or before it.
    pub async fn latest_snapshot(
        &self,
        key: &[u8],
        upto: Position,
    ) -> Result<Option<Snapshot>, ReadError> {
        let key = key.to_vec();
        self.inner
            .pool
            .read(move |connection| sqlite::snapshot::latest(connection, &key, upto))
            .await
    }

    /// Removes all snapshots of `key`.
    pub async fn remove_snapshots(&self, key: &[u8]) -> Result<(), WriteError> {
        self.write(Side::RemoveSnapshots(key.to_vec())).await
    }

    /// Keeps how far a consumer is whose effect is elsewhere.
    pub async fn put_watermark(&self, consumer: &str, at: Position) -> Result<(), WriteError> {
        self.write(Side::PutWatermark(consumer.to_owned(), at))
            .await
    }

    /// How far such a consumer is; 0 when it never said.
    pub async fn watermark(&self, consumer: &str, partition: u32) -> Result<u64, ReadError> {
        let consumer = consumer.to_owned();
        let work =
            move |connection: &_| sqlite::snapshot::watermark(connection, &consumer, partition);
        self.inner.pool.read(work).await
    }

    /// Moves everything from the write-ahead file to the log's file.
    pub async fn checkpoint(&self) -> Result<(), WriteError> {
        self.ask(Job::Checkpoint).await
    }

    /// Writes a consistent copy of the log to `target`, which must not exist, while appends go on.
    pub async fn backup_to(&self, target: &Path) -> Result<(), WriteError> {
        let target = target.to_owned();
        let work = move |connection: &_| Ok(sqlite::backup::copy(connection, &target));
        self.inner
            .pool
            .read(work)
            .await
            .map_err(|error| WriteError::Storage(error.to_string()))?
    }

    /// Finishes what is queued, closes the file and gives up the lock. Later appends are `Closed`. When the
    /// last clone is dropped without this, the same happens a moment later, on the lane's thread.
    pub async fn shutdown(&self) {
        // Fails only when the lane has ended already.
        drop(self.inner.queue.send(Job::Stop).await);
        let lane = self
            .inner
            .lane
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        self.inner.pool.close();
        if let Some(lane) = lane {
            let joined = tokio::task::spawn_blocking(move || lane.join().is_ok()).await;
            if !matches!(joined, Ok(true)) {
                tracing::error!("the log's lane ended with a panic");
            }
        }
    }

    async fn write(&self, side: Side) -> Result<(), WriteError> {
        self.ask(|answer| Job::Side(side, answer)).await
    }

    async fn ask(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<(), WriteError>>) -> Job,
    ) -> Result<(), WriteError> {
        let room = tokio::time::timeout(self.inner.options.busy_after, self.inner.queue.reserve());
        let room = room.await.map_err(|_| WriteError::Busy)?;
        let (answer, answered) = oneshot::channel();
        room.map_err(|_| WriteError::Closed)?.send(job(answer));
        answered.await.map_err(|_| WriteError::Closed)?
    }
}

/// What a log that is only read must know of itself.
struct Reader {
    options: Options,
    heads: Vec<u64>,
}

impl Reader {
    fn open(path: &Path, options: &Options) -> Result<Self, OpenError> {
        let storage = |error: &dyn std::fmt::Display| OpenError::Storage {
            path: path.to_owned(),
            message: error.to_string(),
        };
        let connection = sqlite::schema::open_reader(path)
            .map_err(|error| storage(&sqlite::schema::describe(&error)))?;
        let partitions = sqlite::schema::partitions(&connection)
            .map_err(|error| storage(&sqlite::schema::describe(&error)))?;
        let options = Options {
            partitions,
            ..options.clone()
        };
        sqlite::schema::check(&connection, path, &options)?;
        let stats = sqlite::read::stats(&connection, 0).map_err(|error| storage(&error))?;
        Ok(Self {
            options,
            heads: stats.heads,
        })
    }
}

/// Takes `<path>.lock`, which a process holds for as long as it writes to the log.
fn lock(path: &Path) -> Result<File, OpenError> {
    let lock_path = beside(path, ".lock");
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path);
    let lock = lock.map_err(|error| OpenError::File {
        path: lock_path.clone(),
        error,
    })?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(OpenError::File {
            path: lock_path,
            error,
        }),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
