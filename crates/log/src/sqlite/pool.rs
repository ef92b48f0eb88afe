//! Connections for reading, lent to blocking tasks.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::schema;
use crate::ReadError;

/// At most `readers` connections, opened when needed and kept.
pub(crate) struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl Pool {
    pub(crate) fn new(path: PathBuf, readers: usize) -> Self {
        Self {
            path,
            idle: Mutex::default(),
            permits: Arc::new(Semaphore::new(readers.max(1))),
        }
    }

    /// Runs `work` on the blocking pool, with a connection; waits for one when all are lent.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|_| ReadError::Storage("the log is closed".into()))?;
        let pool = Arc::clone(self);
        let result = tokio::task::spawn_blocking(move || {
            let connection = pool.take()?;
            let result = work(&connection);
            pool.put(connection);
            drop(permit);
            result
        });
        result
            .await
            .map_err(|error| ReadError::Storage(error.to_string()))?
    }

    /// Closes the idle connections and refuses new reads.
    pub(crate) fn close(&self) {
        self.permits.close();
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn take(&self) -> Result<Connection, ReadError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match idle {
            Some(connection) => Ok(connection),
            None => Ok(schema::open_reader(&self.path)?),
        }
    }

    fn put(&self, connection: Connection) {
        // A read that was cut short by a panic must not leave its transaction open.
        if connection.is_autocommit() && !self.permits.is_closed() {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
        }
    }
}
