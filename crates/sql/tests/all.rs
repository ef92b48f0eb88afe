//! The same behaviour on SQLite and PostgreSQL.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests")]

use std::time::Duration;

use taskfold_kit::Postgres;
use taskfold_sql::{
    Access, Bound, Connection, Dialect, Error, Pool, Server, TakeError, ValueRef, values,
};

fn server() -> Server {
    let url = Postgres::shared().url("postgres");
    Server::parse(&url).unwrap().with_name("taskfold-sql-test")
}

/// An empty table `t` in a schema of the test's own.
fn each_database(name: &str, test: impl Fn(&mut Connection)) {
    let table = "CREATE TABLE t (id BLOB PRIMARY KEY, n INTEGER, words TEXT, flag INTEGER)";
    let mut sqlite = Connection::sqlite(rusqlite::Connection::open_in_memory().unwrap());
    sqlite.batch(&sqlite.dialect().tables(table)).unwrap();
    test(&mut sqlite);
    let server = server();
    let admin = Connection::postgres(&server).unwrap();
    let schema = format!("sql_test_{name}");
    let recreate = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    admin.batch(&recreate).unwrap();
    let mut postgres = Connection::postgres(&server.with_schema(&schema)).unwrap();
    postgres.batch(&postgres.dialect().tables(table)).unwrap();
    test(&mut postgres);
    admin
        .batch(&format!("DROP SCHEMA {schema} CASCADE"))
        .unwrap();
}

const INSERT: &str = "INSERT INTO t (id, n, words, flag) VALUES (?1, ?2, ?3, ?4)";

fn count(connection: &Connection) -> i64 {
    let counted = connection.first("SELECT count(*) FROM t", &[], |row| row.get(0));
    counted.unwrap().unwrap()
}

#[test]
fn what_is_written_is_read() {
    each_database("written", |c| {
        let nothing: Option<&str> = None;
        let id = [7_u8; 16];
        assert_eq!(
            c.execute(INSERT, values![id, 42_i64, "häuser", true])
                .unwrap(),
            1
        );
        assert_eq!(
            c.execute(INSERT, values![[8_u8; 16], i64::MAX, nothing, false])
                .unwrap(),
            1
        );
        let rows = c
            .query(
                "SELECT id, n, words, flag FROM t WHERE n >= ?1 ORDER BY n",
                values![42],
                |row| {
                    Ok((
                        row.get::<[u8; 16]>(0)?,
                        row.get::<i64>(1)?,
                        row.get::<Option<String>>(2)?,
                        row.get::<bool>(3)?,
                    ))
                },
            )
            .unwrap();
        assert_eq!(
            rows,
            [
                (id, 42, Some("häuser".to_owned()), true),
                ([8; 16], i64::MAX, None, false)
            ]
        );
        let wrong = c.first("SELECT words FROM t WHERE n = 42", &[], |row| {
            row.get::<i64>(0)
        });
        assert!(
            matches!(wrong, Err(Error::Column { index: 0, .. })),
            "{wrong:?}"
        );
    });
}

#[test]
fn text_is_ordered_by_its_bytes() {
    each_database("bytes", |c| {
        for (n, word) in ["b", "Z", "ä", "a", "B"].into_iter().enumerate() {
            let id = [u8::try_from(n).unwrap(); 16];
            c.execute(INSERT, values![id, 0, word, false]).unwrap();
        }
        let ordered: Vec<String> = c
            .query("SELECT words FROM t ORDER BY words", &[], |row| row.get(0))
            .unwrap();
        assert_eq!(ordered, ["B", "Z", "a", "b", "ä"]);
    });
}

#[test]
fn many_sets_run_in_order() {
    each_database("many", |c| {
        let ids: Vec<[u8; 2]> = (0..2_000_u16).map(u16::to_be_bytes).collect();
        let sets = ids.iter().zip(0_i64..).map(|(id, n)| {
            vec![
                ValueRef::Blob(id),
                ValueRef::Int(n),
                ValueRef::Text("x"),
                ValueRef::Int(0),
            ]
        });
        let changed = c.transaction(Access::Write, |c| c.execute_many(INSERT, sets));
        assert_eq!(changed.unwrap(), vec![1; 2_000]);
        let asked = [
            1_999_u16.to_be_bytes(),
            9_999_u16.to_be_bytes(),
            0_u16.to_be_bytes(),
        ];
        let sets = asked.iter().map(|id| vec![ValueRef::Blob(id)]);
        let found = c.first_of_many("SELECT n FROM t WHERE id = ?1", sets, |row| {
            row.get::<i64>(0)
        });
        assert_eq!(found.unwrap(), [Some(1_999), None, Some(0)]);
    });
}

#[test]
fn many_rows_are_inserted_together() {
    each_database("rows", |c| {
        let into = "INSERT INTO t (id, n, words, flag)";
        let adding = "ON CONFLICT (id) DO UPDATE SET n = t.n + excluded.n, words = excluded.words";
        // Fewer than one statement takes, exactly as many, more than one round trip takes.
        for rows in [0, 1, 63, 64, 65, 1_024, 2_500_u16] {
            c.execute("DELETE FROM t", &[]).unwrap();
            for round in 1..=2_i64 {
                let ids: Vec<[u8; 2]> = (0..rows).map(u16::to_be_bytes).collect();
                let sets = ids.iter().zip(0_i64..).map(|(id, n)| {
                    let words = format!("{round}.{n}");
                    vec![Bound::from(id), n.into(), words.into(), Bound::from(&true)]
                });
                c.insert_many(into, 4, adding, sets).unwrap();
            }
            assert_eq!(count(c), i64::from(rows));
            let mut seen = 0;
            c.each("SELECT n, words, id FROM t ORDER BY id", &[], |row| {
                assert_eq!(row.columns(), 3);
                assert_eq!(row.get::<i64>(0)?, seen * 2);
                assert_eq!(row.get::<&str>(1)?, format!("2.{seen}"));
                seen += 1;
                Ok(())
            })
            .unwrap();
            assert_eq!(seen, i64::from(rows));
        }
    });
}

#[test]
fn connections_have_the_settings_of_their_server() {
    let server = server()
        .with_setting("taskfold.test", "it's 1")
        .with_setting("work_mem", "1MB");
    let c = Connection::postgres(&server).unwrap();
    let sql = "SELECT current_setting('taskfold.test'), current_setting('work_mem')";
    let found = c.first(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)));
    let wanted: (String, String) = ("it's 1".into(), "1MB".into());
    assert_eq!(found.unwrap(), Some(wanted));
}

#[test]
fn a_transaction_that_fails_leaves_nothing() {
    each_database("fails", |c| {
        let id = [1_u8; 16];
        let refused = c.transaction(Access::Write, |c| {
            c.execute(INSERT, values![id, 1, "a", false])?;
            c.execute(INSERT, values![id, 1, "a", false])
        });
        assert!(
            refused.as_ref().is_err_and(Error::is_duplicate),
            "{refused:?}"
        );
        assert_eq!(count(c), 0);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _: Result<(), Error> = c.transaction(Access::Write, |c| {
                c.execute(INSERT, values![id, 1, "a", false])?;
                panic!("in the middle");
            });
        }));
        assert!(panicked.is_err());
        assert_eq!(count(c), 0);
        let stored = c.transaction(Access::Write, |c| {
            c.execute(INSERT, values![id, 1, "a", false])
        });
        assert_eq!(stored.unwrap(), 1);
        assert_eq!(count(c), 1);
    });
}

#[test]
fn a_refusal_among_many_is_the_first_one() {
    each_database("among", |c| {
        let ids = [[1_u8; 4], [2; 4], [1; 4], [3; 4]];
        let sets = ids.iter().map(|id| {
            vec![
                ValueRef::Blob(id),
                ValueRef::Int(0),
                ValueRef::Null,
                ValueRef::Int(0),
            ]
        });
        let refused = c.transaction(Access::Write, |c| c.execute_many(INSERT, sets));
        assert!(
            refused.as_ref().is_err_and(Error::is_duplicate),
            "{refused:?}"
        );
        assert_eq!(count(c), 0);
    });
}

#[test]
fn a_statement_that_takes_too_long_is_ended_and_the_connection_lives() {
    let server = server().with_statement_timeout(Duration::from_millis(50));
    let c = Connection::postgres(&server).unwrap();
    assert_eq!(c.dialect(), Dialect::Postgres);
    let ended = c.first("SELECT 1 FROM pg_sleep(30)", &[], |row| row.get::<i64>(0));
    assert!(ended.as_ref().is_err_and(Error::is_transient), "{ended:?}");
    assert_eq!(
        c.first("SELECT 1", &[], |row| row.get(0)).unwrap(),
        Some(1_i64)
    );
}

#[test]
fn a_pool_replaces_a_connection_whose_server_side_ended() {
    let server = server();
    let other = server.clone();
    let pool = Pool::new(1, move || Connection::postgres(&server));
    let patience = Duration::from_secs(5);
    let own = "SELECT pg_backend_pid()";
    let pid = |c: &mut Connection| -> Result<i64, PoolError> {
        Ok(c.first(own, &[], |row| row.get(0))?.unwrap_or_default())
    };
    let first = pool.with(patience, pid).unwrap();
    let ended = pool.with(patience, |c| -> Result<(), PoolError> {
        c.execute("SELECT pg_terminate_backend(pg_backend_pid())", &[])?;
        Ok(())
    });
    assert!(
        matches!(
            ended,
            Err(PoolError::Sql(Error::Postgres { .. } | Error::Away(_)))
        ),
        "{ended:?}"
    );
    assert_ne!(pool.with(patience, pid).unwrap(), first);
    let last = pool.with(patience, pid).unwrap();
    let admin = Connection::postgres(&other).unwrap();
    admin
        .execute("SELECT pg_terminate_backend(?1::int)", values![last])
        .unwrap();
    let gone = "SELECT count(*) FROM pg_stat_activity WHERE pid = ?1::int";
    while admin
        .first(gone, values![last], |row| row.get::<i64>(0))
        .unwrap()
        != Some(0)
    {}
    assert_ne!(
        pool.with(patience, pid).unwrap(),
        last,
        "ended while it was idle"
    );
    let busy = pool.with(patience, |_| pool.with(Duration::from_millis(1), pid));
    assert!(
        matches!(busy, Err(PoolError::Take(TakeError::Busy))),
        "{busy:?}"
    );
}

#[derive(Debug)]
enum PoolError {
    Take(TakeError),
    Sql(Error),
}

impl From<TakeError> for PoolError {
    fn from(error: TakeError) -> Self {
        Self::Take(error)
    }
}

impl From<Error> for PoolError {
    fn from(error: Error) -> Self {
        Self::Sql(error)
    }
}

#[test]
fn an_address_that_is_none_is_refused_without_its_password() {
    let refused = Server::parse("postgres://me:secret@[nowhere")
        .unwrap_err()
        .to_string();
    assert!(refused.contains("PostgreSQL address"), "{refused}");
    assert!(!refused.contains("secret"), "{refused}");
}
