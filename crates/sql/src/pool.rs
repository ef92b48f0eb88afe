//! Connections that wait for work.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::connection::Connection;
use crate::error::Error;

type Opener = Box<dyn Fn() -> Result<Connection, Error> + Send + Sync>;

/// A bounded number of connections, opened when they are first needed and replaced when they break.
pub struct Pool {
    open: Opener,
    idle: Mutex<Idle>,
    returned: Condvar,
}

struct Idle {
    connections: Vec<Connection>,
    /// Connections that may still be opened.
    room: usize,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// All were in use for as long as the caller would wait.
    #[error("all connections are in use")]
    Busy,
    /// A new one cannot be opened.
    #[error(transparent)]
    Open(#[from] Error),
}

impl Pool {
    /// At most `size` connections, each made by `open`.
    pub fn new(
        size: usize,
        open: impl Fn() -> Result<Connection, Error> + Send + Sync + 'static,
    ) -> Self {
        Self {
            open: Box::new(open),
            idle: Mutex::new(Idle {
                connections: Vec::with_capacity(size),
                room: size,
            }),
            returned: Condvar::new(),
        }
    }

    /// Runs `work` with a connection, after waiting at most `patience` for one.
    pub fn with<T, E: From<TakeError>>(
        &self,
        patience: Duration,
        work: impl FnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut lent = Lent {
            pool: self,
            connection: self.take(patience)?,
        };
        // The server may have ended it while nobody used it.
        lent.connection = lent.connection.take().filter(|idle| !idle.is_closed());
        if lent.connection.is_none() {
            lent.connection = Some((self.open)().map_err(TakeError::from)?);
        }
        match &mut lent.connection {
            Some(connection) => work(connection),
            None => Err(TakeError::Busy.into()),
        }
    }

    /// An idle connection, or none when there is room to open one.
    fn take(&self, patience: Duration) -> Result<Option<Connection>, TakeError> {
        let until = Instant::now() + patience;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = idle.connections.pop() {
                return Ok(Some(connection));
            }
            if idle.room > 0 {
                idle.room -= 1;
                return Ok(None);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(TakeError::Busy);
            }
            let waited = self.returned.wait_timeout(idle, left);
            idle = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// A place among the connections, filled or not; it goes back when dropped, also by a panic.
struct Lent<'p> {
    pool: &'p Pool,
    connection: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let usable = self.connection.take().filter(|held| !held.is_closed());
        let idle = self.pool.idle.lock();
        let mut idle = idle.unwrap_or_else(PoisonError::into_inner);
        match usable {
            Some(connection) => idle.connections.push(connection),
            None => idle.room += 1,
        }
        drop(idle);
        self.pool.returned.notify_one();
    }
}
