//! The views as a whole: one writer or a few, some readers, and the watermarks.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};
use std::time::Duration;

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::position::Position;
use taskfold_sql::{Access, Connection, Error, Pool, Server, TakeError, crash};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::apply::{self, Reach};
use crate::db::{self, File};
use crate::error::{ApplyError, OpenError, QueryError};
use crate::reader::Reader;
use crate::server::{ServerOptions, Store};
use crate::{deadletters, marks, search};

/// How long a read or a write waits for a free connection.
const WAIT: Duration = Duration::from_secs(10);
/// Between two looks at watermarks that another process moves.
const SOON: Duration = Duration::from_millis(5);
const LATER: Duration = Duration::from_millis(50);

/// The views. Cheap to clone: all clones are the same views.
#[derive(Clone)]
pub struct Views {
    shared: Arc<Shared>,
}

struct Shared {
    home: Home,
    /// Changes when somebody waits for events that are not applied yet.
    wanted: watch::Sender<()>,
    /// As far as this process knows; on PostgreSQL others move them as well.
    applied: watch::Sender<BTreeMap<u32, u64>>,
    /// Of the replica that is read; unused when there is none.
    replicated: watch::Sender<BTreeMap<u32, u64>>,
    /// Held by whoever looks at the watermarks: one look serves all who wait.
    looking: tokio::sync::Mutex<Option<Instant>>,
    /// Held while new tables are built beside these.
    rebuilding: Mutex<()>,
}

/// Where the tables are.
enum Home {
    /// In a file or in memory, of this process alone.
    Sqlite(RwLock<Arc<Generation>>),
    /// On a server.
    Postgres(Box<Store>),
}

/// One set of tables in SQLite; a rebuild brings the next.
pub(crate) struct Generation {
    number: u64,
    pub(crate) file: Option<File>,
    writer: Mutex<Connection>,
    /// None in memory: there the writer reads as well.
    readers: Option<Pool>,
}

impl Views {
    /// Opens the views file, or makes an empty one. What an interrupted rebuild left beside it is
    /// removed; what a finished one left takes its place. Only for who has the directory to himself: others
    /// [read](Self::open_to_read).
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let file = File::settle(path)?;
        let (writer, readers) = db::open_live(&file)?;
        Self::over(Some(file), writer, Some(readers))
    }

    /// The views that are at `path`, to read them alone, also while another process has them in use; none
    /// when there are none. Later rebuilds are not followed.
    pub fn open_to_read(path: &Path) -> Result<Option<Self>, OpenError> {
        let Some(file) = File::look(path)? else {
            return Ok(None);
        };
        let (reader, readers) = db::open_looking(&file)?;
        Self::over(Some(file), reader, Some(readers)).map(Some)
    }

    /// Whether [`Views::open`] finds views at `path`, and need not make empty ones.
    pub fn are_at(path: &Path) -> bool {
        File::is_there(path)
    }

    /// Connects to the views on a PostgreSQL server, which other processes may read and write as well.
    ///
    /// # Errors
    /// The server cannot be reached, or has no views of this version: build some
    /// ([`build_on_server`](crate::rebuild::build_on_server)).
    pub fn connect(server: &Server, options: &ServerOptions) -> Result<Self, OpenError> {
        let (store, watermarks) = Store::connect(server, options)?;
        let views = Self::on(store, watermarks);
        if options.replica.is_some()
            && let Err(error) = views.refresh()
        {
            // A replica that is away, or has not heard of these tables yet, may be there soon.
            tracing::warn!(%error, "the replica of the views cannot be read yet");
        }
        Ok(views)
    }

    pub(crate) fn on(store: Store, watermarks: BTreeMap<u32, u64>) -> Self {
        Self::at(Home::Postgres(Box::new(store)), watermarks)
    }

    /// Empty views that live in memory alone.
    pub fn in_memory() -> Result<Self, OpenError> {
        Self::over(None, db::open_memory()?, None)
    }

    pub(crate) fn over(
        file: Option<File>,
        writer: Connection,
        readers: Option<Pool>,
    ) -> Result<Self, OpenError> {
        let watermarks = marks::watermarks(&writer)?;
        let live = Generation {
            number: marks::generation(&writer)?,
            file,
            writer: Mutex::new(writer),
            readers,
        };
        let home = Home::Sqlite(RwLock::new(Arc::new(live)));
        Ok(Self::at(home, watermarks))
    }

    fn at(home: Home, watermarks: BTreeMap<u32, u64>) -> Self {
        let shared = Shared {
            home,
            wanted: watch::Sender::default(),
            applied: watch::Sender::new(watermarks),
            replicated: watch::Sender::default(),
            looking: tokio::sync::Mutex::default(),
            rebuilding: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The number of these tables. In a file it counts the rebuilds, from 1; on a server it is that of the
    /// tables that were read or written last.
    pub fn generation(&self) -> u64 {
        match &self.shared.home {
            Home::Sqlite(live) => current(live).number,
            Home::Postgres(store) => store.seen(),
        }
    }

    /// The last position applied of this partition, 0 when there is none. On a server others may have
    /// applied more than this process knows of.
    pub fn watermark(&self, partition: u32) -> u64 {
        let applied = self.shared.applied.borrow();
        applied.get(&partition).copied().unwrap_or(0)
    }

    /// The last position that reads of this process find; behind [`Views::watermark`] where they go to a
    /// replica.
    pub fn readable(&self, partition: u32) -> u64 {
        let readable = self.readable_marks().borrow();
        readable.get(&partition).copied().unwrap_or(0)
    }

    /// The last positions applied, of all partitions.
    pub(crate) fn watermarks(&self) -> BTreeMap<u32, u64> {
        self.shared.applied.borrow().clone()
    }

    fn readable_marks(&self) -> &watch::Sender<BTreeMap<u32, u64>> {
        match &self.shared.home {
            Home::Postgres(store) if store.has_replica => &self.shared.replicated,
            Home::Postgres(_) | Home::Sqlite(_) => &self.shared.applied,
        }
    }

    /// The right to build new tables beside these; none when somebody in this process has it.
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

    /// Waits until reads find `position`. False when they do not within `timeout`. What another process
    /// applies is found by looking again and again, at first after 5 ms, then every 50 ms.
    pub async fn wait_for(&self, position: Position, timeout: Duration) -> bool {
        let reached = |all: &BTreeMap<u32, u64>| {
            all.get(&position.partition).copied().unwrap_or(0) >= position.number
        };
        let mut marks = self.readable_marks().subscribe();
        if reached(&marks.borrow_and_update()) {
            return true;
        }
        self.shared.wanted.send_replace(());
        let until = Instant::now() + timeout;
        let mut pause = match &self.shared.home {
            Home::Sqlite(_) => timeout,
            Home::Postgres(_) => SOON,
        };
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let waiting = marks.wait_for(|all| reached(all));
            match tokio::time::timeout(pause.min(left), waiting).await {
                Ok(found) => return found.is_ok(),
                Err(_) if left <= pause => return false,
                Err(_) => {}
            }
            self.look().await;
            pause = (pause * 2).min(LATER);
        }
    }

    /// Reads the watermarks, unless somebody else did a moment ago.
    async fn look(&self) {
        let mut looked = self.shared.looking.lock().await;
        if looked.is_some_and(|last| last.elapsed() < SOON) {
            return;
        }
        let views = self.clone();
        let looking = tokio::task::spawn_blocking(move || views.refresh());
        if let Ok(Err(error)) = looking.await {
            tracing::debug!(%error, "the watermarks of the views cannot be read");
        }
        *looked = Some(Instant::now());
    }

    /// Reads the watermarks that other processes may have moved. Blocks.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub fn refresh(&self) -> Result<(), QueryError> {
        if let Home::Postgres(_) = &self.shared.home {
            let found = self.read_blocking(|r| Ok(marks::watermarks(r.connection)?))?;
            self.publish(self.readable_marks(), found);
        }
        Ok(())
    }

    /// Tells what was found. On a server several look and write at the same time: none takes back what
    /// another has seen.
    fn publish(&self, marks: &watch::Sender<BTreeMap<u32, u64>>, mut found: BTreeMap<u32, u64>) {
        marks.send_if_modified(|known| {
            if self.store().is_some() {
                for (partition, number) in &*known {
                    let held = found.entry(*partition).or_default();
                    *held = (*held).max(*number);
                }
            }
            let modified = *known != found;
            *known = found;
            modified
        });
    }

    /// Applies a batch in one transaction, all of it or nothing. Events at or below the watermark are
    /// skipped, a gap behind it is refused; events of parked workspaces go to the dead letters. Blocks:
    /// call it from a thread that may.
    pub fn apply(&self, batch: &[Envelope]) -> Result<(), ApplyError> {
        let applied = if crash::bug("views.mark_apart") {
            self.apply_apart(batch)
        } else {
            self.write(|transaction| apply::batch(transaction, batch, Reach::Partition))
        };
        if let (Err(ApplyError::Storage(_)), Some(_)) = (&applied, self.store()) {
            // A server that crashed may have lost what it applied last: go on from what it has.
            if let Ok(found) = self.read_blocking(|r| Ok(marks::watermarks(r.connection)?)) {
                self.shared.applied.send_replace(found);
            }
        }
        applied
    }

    /// [`Views::apply`] with a bug that the fault harness plants: the watermark moves apart from the effect.
    fn apply_apart(&self, batch: &[Envelope]) -> Result<(), ApplyError> {
        let moved = self.write(|c| apply::effects(c, batch, Reach::Partition))?;
        crash::hit("views.before_commit");
        self.write(|c| Ok(marks::set(c, &moved)?))
    }

    /// Puts pieces of the search index together, which makes searches of large workspaces faster: a step of
    /// a few milliseconds, for quiet times. Whether there may be more to do. Blocks.
    ///
    /// # Errors
    /// The tables cannot be written.
    pub fn merge_search(&self) -> Result<bool, QueryError> {
        match &self.shared.home {
            Home::Sqlite(_) => self.write(|transaction| Ok(search::merge(transaction)?)),
            // It does so by itself.
            Home::Postgres(_) => Ok(false),
        }
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

    /// Runs `f` in a transaction of a writer, then publishes the watermarks that it left.
    pub(crate) fn write<T, E: From<Error> + From<TakeError>>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let work = |connection: &Connection| -> Result<_, E> {
            Ok((f(connection)?, marks::watermarks(connection)?))
        };
        let (done, watermarks) = match &self.shared.home {
            Home::Sqlite(live) => loop {
                let held = current(live);
                let mut writer = held.writer();
                // A switch may have happened while this thread waited for the writer.
                if Arc::ptr_eq(&held, &current(live)) {
                    break writer.transaction(Access::Write, work);
                }
            },
            Home::Postgres(store) => store.writers.with(WAIT, |connection| {
                connection.transaction(Access::Write, |connection| {
                    store.enter_to_write(connection)?;
                    work(connection)
                })
            }),
        }?;
        self.publish(&self.shared.applied, watermarks);
        Ok(done)
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
        let ask =
            |connection: &Connection| -> Result<T, QueryError> { f(&Reader::new(connection)) };
        match &self.shared.home {
            Home::Sqlite(live) => {
                let live = current(live);
                match &live.readers {
                    None => live.writer().transaction(Access::Read, ask),
                    Some(readers) => readers.with(WAIT, |c| c.transaction(Access::Read, ask)),
                }
            }
            Home::Postgres(store) => store.readers.with(WAIT, |connection| {
                connection.transaction(Access::Read, |connection| {
                    store.enter(connection)?;
                    ask(connection)
                })
            }),
        }
    }

    /// [`Views::read`] from a snapshot that has `position`; none where it has not. Whoever [waited](Views::wait_for) for it
    /// saw it on another connection, which may have led to another replica.
    pub async fn read_with<T, F>(&self, position: Position, f: F) -> Result<Option<T>, QueryError>
    where
        F: FnOnce(&Reader) -> Result<T, QueryError> + Send + 'static,
        T: Send + 'static,
    {
        // Elsewhere nothing goes back, and it need not be asked.
        let asks = self.store().is_some_and(|store| store.has_replica);
        self.read(move |reader| {
            if asks && reader.watermark(position.partition)? < position.number {
                return Ok(None);
            }
            f(reader).map(Some)
        })
        .await
    }

    /// The tables in SQLite; none on a server.
    pub(crate) fn sqlite(&self) -> Option<Arc<Generation>> {
        match &self.shared.home {
            Home::Sqlite(live) => Some(current(live)),
            Home::Postgres(_) => None,
        }
    }

    /// The tables on a server; none in SQLite.
    pub(crate) fn store(&self) -> Option<&Store> {
        match &self.shared.home {
            Home::Sqlite(_) => None,
            Home::Postgres(store) => Some(store),
        }
    }

    /// Puts `next` in the place of the live generation of a file; `f` runs while nothing can be applied.
    pub(crate) fn replace<E: From<OpenError>>(
        &self,
        f: impl FnOnce(&Connection, Option<&File>) -> Result<(File, u64), E>,
    ) -> Result<u64, E> {
        let Home::Sqlite(live) = &self.shared.home else {
            return Err(OpenError::Storage("these views are in no file".to_owned()).into());
        };
        let old = current(live);
        let writer = old.writer();
        let (file, number) = f(&writer, old.file.as_ref())?;
        let (next, readers) = db::open_live(&file)?;
        let watermarks = marks::watermarks(&next).map_err(OpenError::from)?;
        let next = Generation {
            number,
            file: Some(file),
            writer: Mutex::new(next),
            readers: Some(readers),
        };
        *live.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        self.shared.applied.send_replace(watermarks);
        Ok(number)
    }
}

impl Generation {
    pub(crate) fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic while it was held rolled the transaction back; the connection is as good as before.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn current(live: &RwLock<Arc<Generation>>) -> Arc<Generation> {
    Arc::clone(&live.read().unwrap_or_else(PoisonError::into_inner))
}
