//! Views in PostgreSQL: a schema for each generation, `views_<number>`, and in the schema `views` a row that
//! names the one in use by programs of each version. Any number of processes read and write them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use taskfold_contracts::position::Position;
use taskfold_sql::{Access, Connection, Error, Pool, Server, values};

use crate::db::VIEW_VERSION;
use crate::error::OpenError;
use crate::sql::{signed, unsigned};
use crate::{deadletters, marks, tables};

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

/// Whoever may name generations may use them, whoever made them.
const SHARE: &str = "SELECT format('GRANT USAGE ON SCHEMA %1$I TO %2$s;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %1$I TO %2$s',
        ?1::text, granted.grantee::regrole)
    FROM pg_class, aclexplode(relacl) granted
    WHERE pg_class.oid = 'views.live'::regclass AND granted.privilege_type = 'UPDATE'
        AND granted.grantee NOT IN (0, current_user::regrole::oid)";

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
    /// Connects; tells how far the tables in use are.
    pub(crate) fn connect(
        server: &Server,
        options: &ServerOptions,
    ) -> Result<(Self, BTreeMap<u32, u64>), OpenError> {
        let mut connection = Connection::postgres(&writing(server))?;
        let found = connection.transaction(Access::Read, |c| {
            if !is_founded(c)? {
                return Ok::<_, Error>(Err(0));
            }
            match enter_live(c)? {
                Some(number) => Ok(Ok((number, marks::watermarks(c)?))),
                None => newest(c).map(Err),
            }
        })?;
        let (number, watermarks) = found.map_err(|found| OpenError::OtherVersion {
            found,
            expected: VIEW_VERSION,
        })?;
        let store = Self::over(server, options, None);
        store.seen.store(number, Ordering::Relaxed);
        Ok((store, watermarks))
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
        let number = match self.pinned {
            None => enter_live(connection)?,
            Some(number) => connection.first(ENTER_PINNED, values![signed(number)], |row| {
                unsigned(row, 1)
            })?,
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

/// Commits are durable, as on every connection: other processes trust a watermark that they have seen, which
/// a crash of the server must not take back.
fn writing(server: &Server) -> Server {
    server
        .clone()
        .with_setting("taskfold.workspace", "*")
        // All is looked up by key. A table that was empty a minute ago would be read as a whole by plans
        // that are made once.
        .with_setting("enable_seqscan", "off")
        .with_setting("plan_cache_mode", "force_generic_plan")
}

/// Whether there is what names the generations.
pub(crate) fn is_founded(connection: &Connection) -> Result<bool, Error> {
    let sql = "SELECT to_regclass('views.live') IS NOT NULL";
    Ok(connection.first(sql, &[], |row| row.get(0))? == Some(true))
}

/// Makes what names the generations, once.
pub(crate) fn found(connection: &mut Connection) -> Result<(), Error> {
    connection.transaction(Access::Write, |c| {
        c.batch(&format!("SELECT pg_advisory_xact_lock({SWITCH}); {SHARED}"))
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

/// In a transaction: steps into the generation in use, and says which it is; none when there is none.
fn enter_live(connection: &Connection) -> Result<Option<u64>, Error> {
    connection.first(ENTER, values![VIEW_VERSION], |row| unsigned(row, 1))
}

/// Makes the tables of a new generation, without indexes, and steps into it.
fn create(connection: &Connection) -> Result<u64, Error> {
    let next = "SELECT nextval('views.generations')";
    let number = connection.first(next, &[], |row| unsigned(row, 0))?;
    let number = number.unwrap_or(0);
    let schema = format!("views_{number}");
    connection.batch(&format!(
        "CREATE SCHEMA {schema}; SET LOCAL search_path = {schema}"
    ))?;
    tables::create(connection)?;
    share(connection, &schema)?;
    Ok(number)
}

/// Lets all who may name generations use those of this role.
pub(crate) fn share_all(connection: &Connection) -> Result<(), Error> {
    let own = "SELECT nspname::text FROM pg_namespace WHERE nspname ~ '^views_[0-9]+$'
        AND pg_has_role(nspowner, 'USAGE')";
    let own = connection.query(own, &[], |row| row.get::<String>(0))?;
    own.iter().try_for_each(|schema| share(connection, schema))
}

/// Lets all who may name generations use this one.
fn share(connection: &Connection, schema: &str) -> Result<(), Error> {
    let grants = connection.query(SHARE, values![schema], |row| row.get::<String>(0))?;
    grants.iter().try_for_each(|grant| connection.batch(grant))
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
        if !is_founded(&connection)? {
            found(&mut connection).map_err(|error| {
                OpenError::Storage(format!("{error}; taskfold migrate prepares the database"))
            })?;
        }
        let lock = format!("SELECT pg_try_advisory_lock({BUILD})");
        let locked = connection.first(&lock, &[], |row| row.get(0))?;
        if locked != Some(true) {
            return Ok(None);
        }
        let builds = Self { server, connection };
        builds.sweep()?;
        Ok(Some(builds))
    }

    /// What was given up for ever in tables of any version, as far as it can be read.
    pub(crate) fn dropped(&self) -> Result<BTreeSet<Position>, Error> {
        let all = "SELECT number FROM views.live ORDER BY view_version";
        let all = self.connection.query(all, &[], |row| unsigned(row, 0))?;
        let mut dropped = BTreeSet::new();
        for number in all {
            let table = format!("views_{number}.dead_letters");
            match deadletters::dropped_in(&self.connection, &table) {
                Ok(found) => dropped.extend(found),
                Err(error) => tracing::warn!(number, %error, "what was given up is not known"),
            }
        }
        Ok(dropped)
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
                users, saved_filters, reminders, list_counts, tag_counts, activity, search",
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
    pub(crate) fn watermarks(&mut self) -> Result<Option<BTreeMap<u32, u64>>, Error> {
        self.connection.transaction(Access::Read, |c| {
            let entered = enter_live(c)?;
            entered.map(|_| marks::watermarks(c)).transpose()
        })
    }

    /// Switches to a generation. `catch_up` is given the watermarks of the one in use, when nobody can move
    /// them any more; none when there is none.
    pub(crate) fn switch<E: From<Error>>(
        &mut self,
        number: u64,
        catch_up: impl FnOnce(&BTreeMap<u32, u64>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.connection.transaction(Access::Write, |c| {
            c.batch(&format!(
                "SET LOCAL synchronous_commit = on; SELECT pg_advisory_xact_lock({SWITCH})"
            ))?;
            let applied = match enter_live(c)? {
                Some(_) => marks::watermarks(c)?,
                None => BTreeMap::new(),
            };
            catch_up(&applied)?;
            Ok(switch(c, number)?)
        })
    }

    /// Drops generations that are neither in use nor kept for switching back: those before, and those whose
    /// building was never finished. Those of another owner are his.
    pub(crate) fn sweep(&self) -> Result<(), Error> {
        let left = "SELECT nspname::text FROM pg_namespace WHERE nspname ~ '^views_[0-9]+$'
            AND pg_has_role(nspowner, 'USAGE')
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
