//! A blocking client of PostgreSQL.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use futures_util::TryStreamExt;
use futures_util::future::join_all;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::Statement;
use tokio_postgres::error::{DbError, Severity};
use tokio_postgres::types::ToSql;

use crate::address::Address;
use crate::dialect::numbered;
use crate::error::Error;
use crate::value::{ToValue, ValueRef};

/// Statements that stay prepared on one connection.
const PREPARED: usize = 256;
/// Statements that are under way at once: their rows wait in memory.
const PIPELINE: usize = 512;

/// Where a PostgreSQL server is and how long things may take there.
#[derive(Debug, Clone)]
pub struct Server {
    address: Address,
    search_path: Option<String>,
    statement_timeout: Duration,
    settings: Vec<(String, String)>,
}

impl Server {
    /// From an [`Address`]; an error names no password.
    pub fn parse(url: &str) -> Result<Self, Error> {
        let mut address = Address::parse(url)?;
        address
            .config
            .connect_timeout(Duration::from_secs(5))
            .tcp_user_timeout(Duration::from_secs(20))
            .keepalives_idle(Duration::from_secs(30));
        Ok(Self {
            address,
            search_path: None,
            statement_timeout: Duration::from_secs(30),
            settings: Vec::new(),
        })
    }

    /// The schema in which tables are looked up and made; a plain name.
    #[must_use]
    pub fn with_schema(mut self, schema: &str) -> Self {
        self.search_path = Some(schema.to_owned());
        self
    }

    /// How long one statement may take, and how long a transaction may stand idle.
    #[must_use]
    pub fn with_statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = timeout;
        self
    }

    /// A setting of each connection, such as `synchronous_commit` to `off`; `name` is a plain name.
    #[must_use]
    pub fn with_setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// How the connection names itself among the server's sessions.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.address.config.application_name(name);
        self
    }

    /// What each connection is set to before its first statement.
    fn settings(&self) -> String {
        let timeout = self.statement_timeout.as_millis();
        let mut sql = format!(
            "SET statement_timeout = {timeout}; SET idle_in_transaction_session_timeout = {timeout};
             SET lock_timeout = {timeout};"
        );
        if let Some(schema) = &self.search_path {
            sql.push_str(" SET search_path = \"");
            sql.push_str(&schema.replace('"', "\"\""));
            sql.push_str("\";");
        }
        for (name, value) in &self.settings {
            sql.extend([" SET ", name, " = '", &value.replace('\'', "''"), "';"]);
        }
        sql
    }
}

/// A connection and the small runtime that moves its bytes while a call waits.
pub(crate) struct Client {
    /// None only while it is dropped.
    runtime: Option<Runtime>,
    session: tokio_postgres::Client,
    prepared: RefCell<HashMap<String, Statement>>,
    /// What the server is given by its own timeouts, and a little more: for one that does not answer at all.
    patience: Duration,
    /// Whether it must not be used again.
    broken: Cell<bool>,
}

impl Client {
    pub(crate) fn connect(server: &Server) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::Away(error.to_string()))?;
        let patience = server.statement_timeout + Duration::from_secs(5);
        let (session, connection) = runtime.block_on(async {
            let connected = tokio::time::timeout(
                patience,
                server.address.config.connect(server.address.tls.clone()),
            )
            .await;
            Ok::<_, Error>(connected.map_err(|_| too_long(patience))??)
        })?;
        runtime.spawn(async move {
            // Whoever waits for an answer gets the error; between calls there is nobody to tell.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to PostgreSQL ended");
            }
        });
        let client = Self {
            runtime: Some(runtime),
            session,
            prepared: RefCell::default(),
            patience,
            broken: Cell::new(false),
        };
        client.batch(&server.settings())?;
        Ok(client)
    }

    /// Looks whether the server has ended the connection since the last call.
    pub(crate) fn is_closed(&self) -> bool {
        if let Some(runtime) = &self.runtime {
            runtime.block_on(async {
                for _ in 0..2 {
                    tokio::task::yield_now().await;
                }
            });
        }
        self.broken.get() || self.session.is_closed()
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<(), Error> {
        self.wait(self.session.batch_execute(sql))
    }

    pub(crate) fn execute(&self, sql: &str, values: &[ValueRef]) -> Result<u64, Error> {
        let statement = self.prepare(sql)?;
        self.wait(self.session.execute(&statement, &parameters(values)))
    }

    pub(crate) fn query(
        &self,
        sql: &str,
        values: &[ValueRef],
    ) -> Result<Vec<tokio_postgres::Row>, Error> {
        let statement = self.prepare(sql)?;
        self.wait(self.session.query(&statement, &parameters(values)))
    }

    pub(crate) fn execute_many<V: ToValue>(
        &self,
        sql: &str,
        sets: impl IntoIterator<Item = Vec<V>>,
    ) -> Result<Vec<u64>, Error> {
        let statement = self.prepare(sql)?;
        let mut changed = Vec::new();
        let mut sets = sets.into_iter();
        loop {
            let lot: Vec<Vec<V>> = sets.by_ref().take(PIPELINE).collect();
            if lot.is_empty() {
                return Ok(changed);
            }
            let values: Vec<_> = lot.iter().map(|set| borrowed(set)).collect();
            let parameters: Vec<_> = values.iter().map(|values| parameters(values)).collect();
            let running = parameters
                .iter()
                .map(|values| self.session.execute(&statement, values));
            changed.extend(self.wait(in_order(join_all(running)))?);
        }
    }

    /// Runs statements, each sent before the one before it is answered.
    pub(crate) fn execute_all(&self, all: &[(&str, Vec<ValueRef>)]) -> Result<(), Error> {
        let prepared = all.iter().map(|(sql, _)| self.prepare(sql));
        let prepared: Vec<Statement> = prepared.collect::<Result<_, _>>()?;
        let values: Vec<_> = all.iter().map(|(_, values)| parameters(values)).collect();
        let running = prepared
            .iter()
            .zip(&values)
            .map(|(statement, values)| self.session.execute(statement, values));
        self.wait(in_order(join_all(running))).map(drop)
    }

    pub(crate) fn query_many<V: ToValue>(
        &self,
        sql: &str,
        sets: impl IntoIterator<Item = Vec<V>>,
    ) -> Result<Vec<Vec<tokio_postgres::Row>>, Error> {
        let statement = self.prepare(sql)?;
        let mut found = Vec::new();
        let mut sets = sets.into_iter();
        loop {
            let lot: Vec<Vec<V>> = sets.by_ref().take(PIPELINE).collect();
            if lot.is_empty() {
                return Ok(found);
            }
            let values: Vec<_> = lot.iter().map(|set| borrowed(set)).collect();
            let parameters: Vec<_> = values.iter().map(|values| parameters(values)).collect();
            let running = parameters
                .iter()
                .map(|values| self.session.query(&statement, values));
            found.extend(self.wait(in_order(join_all(running)))?);
        }
    }

    /// Hands each row to `take` as it comes.
    pub(crate) fn each(
        &self,
        sql: &str,
        values: &[ValueRef],
        mut take: impl FnMut(&tokio_postgres::Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let statement = self.prepare(sql)?;
        let rows = self.wait(self.session.query_raw(&statement, parameters(values)))?;
        let mut rows = std::pin::pin!(rows);
        while let Some(row) = self.wait(rows.try_next())? {
            take(&row)?;
        }
        Ok(())
    }

    fn prepare(&self, sql: &str) -> Result<Statement, Error> {
        if let Some(statement) = self.prepared.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.wait(self.session.prepare(&numbered(sql)))?;
        let mut prepared = self.prepared.borrow_mut();
        if prepared.len() >= PREPARED {
            prepared.clear();
        }
        prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn wait<T>(
        &self,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Error> {
        let Some(runtime) = &self.runtime else {
            return Err(Error::Away("the connection is closed".to_owned()));
        };
        match runtime.block_on(async { tokio::time::timeout(self.patience, work).await }) {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                // What the server says last before it ends the connection.
                let severity = error.as_db_error().and_then(DbError::parsed_severity);
                if matches!(severity, Some(Severity::Fatal | Severity::Panic)) {
                    self.broken.set(true);
                }
                Err(error.into())
            }
            Err(_) => {
                self.broken.set(true);
                Err(too_long(self.patience))
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A connection may be dropped where blocking is forbidden.
            runtime.shutdown_background();
        }
    }
}

/// The outcome of statements that were all sent: the first refusal is the reason, those behind it say only
/// that the transaction is aborted.
async fn in_order<T>(
    all: impl Future<Output = Vec<Result<T, tokio_postgres::Error>>>,
) -> Result<Vec<T>, tokio_postgres::Error> {
    all.await.into_iter().collect()
}

fn borrowed<V: ToValue>(set: &[V]) -> Vec<ValueRef<'_>> {
    set.iter().map(ToValue::to_value).collect()
}

fn parameters<'v>(values: &'v [ValueRef<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

fn too_long(patience: Duration) -> Error {
    Error::Away(format!("no answer for {} s", patience.as_secs()))
}
