//! A log's file, opened.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use taskfold_contracts::time::Clock;
use tokio::sync::mpsc;

use super::commit::Writer;
use super::lane::Lane;
use super::pool::Pool;
use super::{read, schema};
use crate::job::Job;
use crate::ring::Rings;
use crate::{OpenError, Options, ReadError, Stats};

/// A log's file.
pub(crate) struct Store {
    path: PathBuf,
    pub(crate) pool: Arc<Pool>,
    lane: Mutex<Option<std::thread::JoinHandle<()>>>,
}

/// A store, and what a log needs beside it.
pub(crate) struct Opened {
    pub(crate) store: Store,
    pub(crate) rings: Arc<Rings>,
    pub(crate) queue: mpsc::Sender<Job>,
    /// With the number of partitions that the file has.
    pub(crate) options: Options,
}

impl Store {
    /// Takes the file's lock, makes the file when it is missing, and starts the lane.
    pub(crate) fn open(
        path: &Path,
        options: Options,
        clock: Arc<dyn Clock>,
    ) -> Result<Opened, OpenError> {
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
        let store = Self {
            path: path.to_owned(),
            pool: Arc::new(Pool::new(path.to_owned(), options.readers)),
            lane: Mutex::new(Some(lane)),
        };
        Ok(Opened {
            store,
            rings,
            queue,
            options,
        })
    }

    /// Opens an existing file for reading alone.
    pub(crate) fn open_read_only(path: &Path, options: &Options) -> Result<Opened, OpenError> {
        let storage = |error: &dyn std::fmt::Display| OpenError::Storage {
            path: path.to_owned(),
            message: error.to_string(),
        };
        let refused = |error: rusqlite::Error| schema::storage(path, &error);
        let connection = schema::open_reader(path).map_err(refused)?;
        let partitions = schema::partitions(&connection).map_err(refused)?;
        let options = Options {
            partitions,
            ..options.clone()
        };
        schema::check(&connection, path, &options)?;
        let stats = read::stats(&connection, 0).map_err(|error| storage(&error))?;
        let store = Self {
            path: path.to_owned(),
            pool: Arc::new(Pool::new(path.to_owned(), options.readers)),
            lane: Mutex::new(None),
        };
        Ok(Opened {
            store,
            rings: Arc::new(Rings::new(&stats.heads, 0, 0)),
            // Nobody receives: whoever sends is told that the log is closed.
            queue: mpsc::channel(1).0,
            options,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn stats(&self) -> Result<Stats, ReadError> {
        let wal = beside(&self.path, "-wal");
        let work = move |connection: &_| {
            let wal_bytes = std::fs::metadata(&wal).map_or(0, |file| file.len());
            read::stats(connection, wal_bytes)
        };
        self.pool.read(work).await
    }

    /// Waits for the lane, which was told to end.
    pub(crate) async fn shutdown(&self) {
        let lane = self
            .lane
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        self.pool.close();
        if let Some(lane) = lane {
            let joined = tokio::task::spawn_blocking(move || lane.join().is_ok()).await;
            if !matches!(joined, Ok(true)) {
                tracing::error!("the log's lane ended with a panic");
            }
        }
    }
}

/// Takes `<path>.lock`, which a process holds for as long as it writes to the log.
pub(crate) fn lock(path: &Path) -> Result<File, OpenError> {
    let lock_path = beside(path, ".lock");
    let lock = taskfold_sql::private(&mut File::options())
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
