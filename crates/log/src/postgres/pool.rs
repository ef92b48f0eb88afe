//! Connections for reading one database.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_postgres::Row;

use super::connect::{Backoff, Connector, Error, Session, Values};
use crate::ReadError;

/// At most `readers` connections, opened when needed and kept. Each statement is a transaction of its own, so
/// a reader who goes away leaves nothing behind.
pub(crate) struct Pool {
    connector: Arc<Connector>,
    idle: Mutex<Vec<Session>>,
    permits: Semaphore,
    patience: Duration,
}

/// A connection on loan; goes back when it is dropped.
pub(crate) struct Lent<'a> {
    pool: &'a Pool,
    session: Option<Session>,
    _permit: tokio::sync::SemaphorePermit<'a>,
}

impl Pool {
    pub(crate) fn new(connector: Arc<Connector>, readers: usize, patience: Duration) -> Self {
        Self {
            connector,
            idle: Mutex::default(),
            permits: Semaphore::new(readers.max(1)),
            patience,
        }
    }

    /// Runs a statement that only reads; again on a new connection when the line is cut.
    pub(crate) async fn query(
        &self,
        sql: &'static str,
        values: Values<'_>,
    ) -> Result<Vec<Row>, Error> {
        let mut backoff = Backoff::new(self.patience);
        loop {
            let error = match self.attempt(sql, values).await {
                Ok(rows) => return Ok(rows),
                Err(error) => error,
            };
            if !error.is_transient() || !backoff.wait().await {
                return Err(error);
            }
        }
    }

    async fn attempt(&self, sql: &'static str, values: Values<'_>) -> Result<Vec<Row>, Error> {
        let mut lent = self.take().await?;
        let Some(session) = &lent.session else {
            return Err(closed());
        };
        let found = session.bounded(session.query(sql, values)).await;
        if found.as_ref().is_err_and(Error::is_lost)
            && let Some(session) = lent.session.take()
        {
            session.abandon();
        }
        found
    }

    async fn take(&self) -> Result<Lent<'_>, Error> {
        let permit = self.permits.acquire().await.map_err(|_| closed())?;
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let session = match idle.filter(|session| !session.is_closed()) {
            Some(session) => session,
            None => self.connector.connect().await?,
        };
        Ok(Lent {
            pool: self,
            session: Some(session),
            _permit: permit,
        })
    }

    /// Closes the idle connections and refuses new reads.
    pub(crate) fn close(&self) {
        self.permits.close();
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

fn closed() -> Error {
    Error::Row(ReadError::Storage("the log is closed".into()))
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take()
            && !session.is_closed()
            && !self.pool.permits.is_closed()
        {
            let mut idle = self
                .pool
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            idle.push(session);
        }
    }
}
