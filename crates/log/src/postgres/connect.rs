//! Connections: how they are opened, what they are told, what their errors mean.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use taskfold_sql::Address;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_postgres::config::Host;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Row, Statement};

use super::options::PostgresOptions;
use crate::{DatabaseError, ReadError, WriteError};

/// A value that a statement is given.
pub(crate) type Value<'a> = &'a (dyn ToSql + Sync);
/// What a statement is given.
pub(crate) type Values<'a> = &'a [Value<'a>];

/// Opens connections to one database.
pub(crate) struct Connector {
    address: Address,
    /// Said on each new connection.
    settings: String,
    connect_timeout: Duration,
    /// Longer than the server lets anything take: only a server that is gone or stopped does not answer.
    answer_timeout: Duration,
    /// Host and database, for messages.
    name: String,
}

/// A connection with its prepared statements.
pub(crate) struct Session {
    client: Client,
    driver: JoinHandle<()>,
    prepared: Mutex<HashMap<&'static str, Statement>>,
    answer_timeout: Duration,
}

/// Why a statement failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}", describe(.0))]
    Server(#[from] tokio_postgres::Error),
    #[error("the server did not answer within {0:?}")]
    Silent(Duration),
    #[error(transparent)]
    Row(#[from] ReadError),
    #[error("fault put in by a test")]
    Injected,
}

impl Connector {
    /// Reads an address.
    ///
    /// # Errors
    /// It is none, or its certificates cannot be read. The message holds no password.
    pub(crate) fn new(url: &str, options: &PostgresOptions) -> Result<Self, DatabaseError> {
        let mut address =
            Address::parse(url).map_err(|error| DatabaseError::Address(error.to_string()))?;
        address
            .config
            .application_name("taskfold-log")
            .connect_timeout(options.connect_timeout)
            .tcp_user_timeout(options.statement_timeout)
            .keepalives_idle(Duration::from_secs(15))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3);
        Ok(Self {
            name: name_of(&address.config),
            address,
            settings: settings(options),
            connect_timeout: options.connect_timeout,
            answer_timeout: options.statement_timeout + Duration::from_secs(2),
        })
    }

    /// Host and database.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A new connection.
    pub(crate) async fn connect(&self) -> Result<Session, Error> {
        let opened = timeout(self.connect_timeout, self.open()).await;
        opened.map_err(|_| Error::Silent(self.connect_timeout))?
    }

    async fn open(&self) -> Result<Session, Error> {
        let (client, connection) = self
            .address
            .config
            .connect(self.address.tls.clone())
            .await?;
        // Ends when the client is dropped, or when the line is cut: who uses the client is told then.
        let driver = Handle::current().spawn(async move { drop(connection.await) });
        client.batch_execute(&self.settings).await?;
        Ok(Session {
            client,
            driver,
            prepared: Mutex::default(),
            answer_timeout: self.answer_timeout,
        })
    }

    /// Why the log cannot be opened.
    pub(crate) fn unusable(&self, error: &Error) -> DatabaseError {
        DatabaseError::Unusable {
            name: self.name.clone(),
            message: error.to_string(),
        }
    }
}

/// Plans are made once and by index: the planner knows nothing of a table that was empty a minute ago. Without bitmaps,
/// as those read all of a workspace to sort it.
fn settings(options: &PostgresOptions) -> String {
    let (statement, lock, idle) = (
        options.statement_timeout.as_millis(),
        options.lock_timeout.as_millis(),
        options.idle_in_transaction_timeout.as_millis(),
    );
    format!(
        "SET statement_timeout = {statement}; SET lock_timeout = {lock};
         SET idle_in_transaction_session_timeout = {idle};
         SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off; SET plan_cache_mode = force_generic_plan;
         SET default_transaction_isolation = 'read committed';
         SELECT set_config('synchronous_commit', 'on', false)
             WHERE current_setting('synchronous_commit') = 'off'"
    )
}

impl Session {
    /// Prepares statements, so that using them later is one message that is sent at once.
    pub(crate) async fn prepare_all(&self, sqls: &[&'static str]) -> Result<(), Error> {
        for sql in sqls {
            self.prepare(sql).await?;
        }
        Ok(())
    }

    async fn prepare(&self, sql: &'static str) -> Result<Statement, Error> {
        let statement = self.client.prepare(sql).await?;
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        prepared.insert(sql, statement.clone());
        Ok(statement)
    }

    fn prepared(&self, sql: &'static str) -> Option<Statement> {
        let prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        prepared.get(sql).cloned()
    }

    /// Runs a statement. When it is prepared, it is sent with the first poll.
    pub(crate) async fn query(
        &self,
        sql: &'static str,
        values: Values<'_>,
    ) -> Result<Vec<Row>, Error> {
        let statement = match self.prepared(sql) {
            Some(statement) => statement,
            None => Box::pin(self.prepare(sql)).await?,
        };
        Ok(self.client.query(&statement, values).await?)
    }

    /// Runs statements without values.
    pub(crate) async fn batch(&self, sql: &str) -> Result<(), Error> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// Gives `work` as long as the server could take at most.
    pub(crate) async fn bounded<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let done = timeout(self.answer_timeout, work).await;
        done.map_err(|_| Error::Silent(self.answer_timeout))?
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Cuts the line, whatever the server is doing.
    pub(crate) fn abandon(self) {
        self.driver.abort();
    }
}

impl Error {
    /// The line is cut or cannot be trusted any more.
    pub(crate) fn is_lost(&self) -> bool {
        match self {
            Self::Silent(_) | Self::Injected => true,
            Self::Server(error) => error.is_closed() || error.as_db_error().is_none(),
            Self::Row(_) => false,
        }
    }

    /// Trying again may help, on a new connection if this one is lost.
    pub(crate) fn is_transient(&self) -> bool {
        const AGAIN: [SqlState; 12] = [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::QUERY_CANCELED,
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::TOO_MANY_CONNECTIONS,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
            SqlState::READ_ONLY_SQL_TRANSACTION,
            SqlState::IN_FAILED_SQL_TRANSACTION,
            // Another process stored the same key, claim or version a moment ago: then it is seen.
            SqlState::UNIQUE_VIOLATION,
        ];
        match self {
            Self::Server(error) => error.code().is_none_or(|code| AGAIN.contains(code)),
            Self::Silent(_) | Self::Injected => true,
            Self::Row(_) => false,
        }
    }
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        match error {
            Error::Row(error) => error,
            Error::Server(_) | Error::Silent(_) | Error::Injected => {
                Self::Storage(error.to_string())
            }
        }
    }
}

impl From<Error> for WriteError {
    fn from(error: Error) -> Self {
        Self::Storage(error.to_string())
    }
}

/// The message and its code; never the detail, which quotes values.
fn describe(error: &tokio_postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return format!("{} ({})", said.message(), said.code().code());
    }
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        // Writing to a string cannot fail.
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

fn name_of(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "localhost".to_owned(),
    };
    format!("{host}/{}", config.get_dbname().unwrap_or_default())
}

/// Waits between tries, longer each time, until there is no patience left.
pub(crate) struct Backoff {
    until: Instant,
    next: Duration,
}

impl Backoff {
    const FIRST: Duration = Duration::from_millis(5);
    const LONGEST: Duration = Duration::from_secs(1);

    pub(crate) fn new(patience: Duration) -> Self {
        Self {
            until: Instant::now() + patience,
            next: Self::FIRST,
        }
    }

    /// Waits; false when the patience is at its end.
    pub(crate) async fn wait(&mut self) -> bool {
        if Instant::now() + self.next > self.until {
            return false;
        }
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 2).min(Self::LONGEST);
        true
    }
}
