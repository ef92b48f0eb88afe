//! Views in PostgreSQL: a schema for each generation, `views_<number>`, and in the schema `views` a row that
//! names the one in use by programs of each version. Any number of processes read and write them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use taskfold_sql::{Access, Connection, Error, Pool, Server, values};

use crate::db::VIEW_VERSION;
use crate::error::OpenError;
use crate::sql::{signed, unsigned};
use crate::{marks, tables};

/// How many connections a process has to its views, and where it reads.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Connections for reading.
    pub readers: usize,
    /// Connections for writing; each applies some partitions at a time.
    pub writers: usize,
    /// A replica that reads go to; it may be behind, and reads that name a position wait for it.
    pub replica: Option<Server>,
}

impl Default for ServerOptions {
    /// 16 readers, 4 writers, no replica.
    fn default() -> Self {
        Self {
            readers: 16,
            writers: 4,
            replica: None,
        }
    }
}

/// Statements of a rebuild read and write whole tables.
const BUILD_TIMEOUT: Duration = Duration::from_hours(6);

/// Held by all who write, shared; by a switch alone.
const SWITCH: &str = "hashtext('taskfold views: switch')";
/// Held by whoever builds tables.
const BUILD: &str = "hashtext('taskfold views: build')";

/// The tables that name the generations.
const SHARED: &str = "
    CREATE SCHEMA IF NOT EXISTS views;
    CREATE SEQUENCE IF NOT EXISTS views.generations;
    CREATE TABLE IF NOT EXISTS views.live (
        view_version BIGINT NOT NULL PRIMARY KEY,
        number BIGINT NOT NULL,
        previous BIGINT,
        switched_at TIMESTAMPTZ NOT NULL DEFAULT now()
    )";

/// Steps into the generation in use, for the rest of the transaction, and says which it is.
const ENTER: &str = "SELECT set_config('search_path', 'views_' || number, true), number
    FROM views.live WHERE view_version = ?1";
/// The same for one that is not in use.
const ENTER_PINNED: &str =
    "SELECT set_config('search_path', 'views_' || ?1::bigint, true), ?1::bigint";

/// The connections to one server's views.
pub(crate) struct Store {
    server: Server,
    pub(crate) writers: Pool,
    pub(crate) readers: Pool,
    pub(crate) has_replica: bool,
    /// The generation, when it is not the one in use.
    pinned: Option<u64>,
    /// The generation that was found last.
    seen: AtomicU64,
}

impl Store {
    /// Connects, and makes empty tables where there are none of any version.
    pub(crate) fn connect(server: &Server, options: &ServerOptions) -> Result<Self, OpenError> {
        let mut connection = Connection::postgres(&writing(server))?;
        found(&mut connection)?;
        if live(&connection)?.is_none() {
            return Err(OpenError::OtherVersion {
                found: newest(&connection)?,
                expected: VIEW_VERSION,
            });
        }
        Ok(Self::over(server, options, None))
    }

    /// Over one generation, in use or not.
    fn over(server: &Server, options: &ServerOptions, pinned: Option<u64>) -> Self {
        let server = server.clone().with_name("taskfold-views");
        let writing = writing(&server);
        let reading = options.replica.clone().unwrap_or_else(|| server.clone());
        let reading = reading.with_name("taskfold-views");
        Self {
            server,
            writers: Pool::new(options.writers, move || Connection::postgres(&writing)),
            readers: Pool::new(options.readers, move || Connection::postgres(&reading)),
            has_replica: options.replica.is_some(),
            pinned,
            seen: AtomicU64::new(pinned.unwrap_or(0)),
        }
    }

    /// The generation that was found last; 0 before the first look.
    pub(crate) fn seen(&self) -> u64 {
        self.seen.load(Ordering::Relaxed)
    }

    /// In a transaction: steps into the generation that is to be read.
    pub(crate) fn enter(&self, connection: &Connection) -> Result<(), Error> {
        let read = |row: &taskfold_sql::Row| unsigned(row, 1);
        let number = match self.pinned {
            None => connection.first(ENTER, values![VIEW_VERSION], read)?,
            Some(number) => connection.first(ENTER_PINNED, values![signed(number)], read)?,
        };
        let number = number
            .ok_or_else(|| Error::Away(format!("there are no views of version {VIEW_VERSION}")))?;
        self.seen.store(number, Ordering::Relaxed);
        Ok(())
    }

    /// In a transaction: steps into the generation that is to be written, which is not switched away from
    /// before the transaction ends.
    pub(crate) fn enter_to_write(&self, connection: &Connection) -> Result<(), Error> {
        if self.pinned.is_none() {
            connection.batch(&format!("SELECT pg_advisory_xact_lock_shared({SWITCH})"))?;
        }
        self.enter(connection)
    }

    /// The right to build, for as long as it is held; none when somebody has it.
    pub(crate) fn builder(&self) -> Result<Option<Builds>, OpenError> {
        Builds::begin(&self.server)
    }
}

/// Writers lose nothing that cannot be applied again when the server crashes: the log has it.
fn writing(server: &Server) -> Server {
    server
        .clone()
        .with_setting("synchronous_commit", "off")
        .with_setting("taskfold.workspace", "*")
        // All is looked up by key. A table that was empty a minute ago would be read as a whole by plans
        // that are made once.
        .with_setting("enable_seqscan", "off")
        .with_setting("plan_cache_mode", "force_generic_plan")
}

/// Makes what names the generations, and when there never was any, an empty one.
fn found(connection: &mut Connection) -> Result<(), Error> {
    let is_there = "SELECT to_regclass('views.live') IS NOT NULL";
    let is_there = connection.first(is_there, &[], |row| row.get(0))? == Some(true);
    if is_there && newest(connection)? > 0 {
        return Ok(());
    }
    connection.transaction(Access::Write, |c| {
        c.batch(&format!(
            "SET LOCAL synchronous_commit = on; SELECT pg_advisory_xact_lock({SWITCH}); {SHARED}"
        ))?;
        if newest(c)? > 0 {
            return Ok(());
        }
        let number = create(c)?;
        tables::index(c)?;
        c.batch(tables::ACTIVITY_INDEXES)?;
        marks::complete(c, number)?;
        switch(c, number)
    })
}

/// The newest version that there are views of; 0 when there are none.
fn newest(connection: &Connection) -> Result<i64, Error> {
    let sql = "SELECT coalesce(max(view_version), 0) FROM views.live";
    Ok(connection.first(sql, &[], |row| row.get(0))?.unwrap_or(0))
}

/// The generation in use, and the one before it.
fn live(connection: &Connection) -> Result<Option<(u64, Option<u64>)>, Error> {
    let sql = "SELECT number, previous FROM views.live WHERE view_version = ?1";
    connection.first(sql, values![VIEW_VERSION], |row| {
        Ok((unsigned(row, 0)?, row.get::<Option<u64>>(1)?))
    })
}

/// Makes the tables of a new generation, without indexes, and steps into it.
fn create(connection: &Connection) -> Result<u64, Error> {
    let next = "SELECT nextval('views.generations')";
    let number = connection.first(next, &[], |row| unsigned(row, 0))?;
    let number = number.unwrap_or(0);
    connection.batch(&format!(
        "CREATE SCHEMA views_{number}; SET LOCAL search_path = views_{number}"
    ))?;
    tables::create(connection)?;
    Ok(number)
}

/// Names another generation as the one in use.
fn switch(connection: &Connection, number: u64) -> Result<(), Error> {
    connection.execute(
        "INSERT INTO views.live (view_version, number) VALUES (?1, ?2)
         ON CONFLICT (view_version) DO UPDATE
         SET previous = live.number, number = excluded.number, switched_at = now()",
        values![VIEW_VERSION, signed(number)],
    )?;
    Ok(())
}

/// The right to build tables beside those in use: nobody else has it while this is held.
pub(crate) struct Builds {
    server: Server,
    /// Its session holds the lock.
    pub(crate) connection: Connection,
}

impl Builds {
    /// None when somebody builds already.
    pub(crate) fn begin(server: &Server) -> Result<Option<Self>, OpenError> {
        let server = server.clone().with_name("taskfold-views-build");
        let patient = writing(&server).with_statement_timeout(BUILD_TIMEOUT);
        let mut connection = Connection::postgres(&patient)?;
        connection.transaction(Access::Write, |c| {
            c.batch(&format!("SELECT pg_advisory_xact_lock({SWITCH}); {SHARED}"))
        })?;
        let lock = format!("SELECT pg_try_advisory_lock({BUILD})");
        let locked = connection.first(&lock, &[], |row| row.get(0))?;
        if locked != Some(true) {
            return Ok(None);
        }
        let builds = Self { server, connection };
        builds.sweep()?;
        Ok(Some(builds))
    }

    /// Makes the tables of a new generation and begins the transaction that fills them, in their schema.
    pub(crate) fn create(&mut self) -> Result<u64, Error> {
        let number = self.connection.transaction(Access::Write, create)?;
        let connection = &self.connection;
        connection.batch(&format!("SET search_path = views_{number}"))?;
        Ok(number)
    }

    /// Makes the indexes of a generation that was filled, and tells the planner what is in it.
    pub(crate) fn finish(connection: &Connection, number: u64) -> Result<(), Error> {
        tables::index(connection)?;
        connection.batch(tables::ACTIVITY_INDEXES)?;
        connection.batch(
            "ANALYZE tasks, task_tags, task_blockers, comments, lists, workspaces, members, invitations,
                users, saved_filters, list_counts, tag_counts, activity, search",
        )?;
        marks::complete(connection, number)
    }

    /// One generation, whether it is in use or not.
    pub(crate) fn generation(&self, number: u64) -> Store {
        let options = ServerOptions {
            readers: 1,
            writers: 1,
            replica: None,
        };
        Store::over(&self.server, &options, Some(number))
    }

    /// The generation before the one in use, if it is still there.
    pub(crate) fn previous(&self) -> Result<Option<u64>, Error> {
        Ok(live(&self.connection)?.and_then(|(_, previous)| previous))
    }

    /// The watermarks of the generation in use; none when there is none.
    pub(crate) fn watermarks(&mut self) -> Result<BTreeMap<u32, u64>, Error> {
        self.connection
            .transaction(Access::Read, |c| match live(c)? {
                None => Ok(BTreeMap::new()),
                Some((live, _)) => {
                    c.batch(&format!("SET LOCAL search_path = views_{live}"))?;
                    marks::watermarks(c)
                }
            })
    }

    /// Switches to a generation. `catch_up` is given the watermarks of the one in use, when nobody can move
    /// them any more.
    pub(crate) fn switch<E: From<Error>>(
        &mut self,
        number: u64,
        catch_up: impl FnOnce(&BTreeMap<u32, u64>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.connection.transaction(Access::Write, |c| {
            c.batch(&format!(
                "SET LOCAL synchronous_commit = on; SELECT pg_advisory_xact_lock({SWITCH})"
            ))?;
            if let Some((live, _)) = live(c)? {
                c.batch(&format!("SET LOCAL search_path = views_{live}"))?;
                catch_up(&marks::watermarks(c)?)?;
            }
            Ok(switch(c, number)?)
        })
    }

    /// Drops generations that are neither in use nor kept for switching back: those before, and those whose
    /// building was never finished.
    pub(crate) fn sweep(&self) -> Result<(), Error> {
        let left = "SELECT nspname::text FROM pg_namespace WHERE nspname ~ '^views_[0-9]+$'
            AND nspname NOT IN (SELECT 'views_' || number FROM views.live)
            AND nspname NOT IN (SELECT 'views_' || previous FROM views.live WHERE previous IS NOT NULL)";
        let left = self
            .connection
            .query(left, &[], |row| row.get::<String>(0))?;
        for schema in left {
            let dropped = format!("SET search_path = views; DROP SCHEMA {schema} CASCADE");
            self.connection.batch(&dropped)?;
        }
        Ok(())
    }
}

impl Drop for Builds {
    fn drop(&mut self) {
        // The server would notice by itself that the session has ended, a moment later.
        let ended = "ROLLBACK; SELECT pg_advisory_unlock_all()";
        if let Err(error) = self.connection.batch(ended) {
            tracing::debug!(%error, "the right to build views ends with its connection");
        }
    }
}
