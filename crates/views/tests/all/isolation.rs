//! The second lock: what a statement that forgets the workspace gets.

use taskfold_kit::Postgres;
use taskfold_sql::{Connection, Error, Server, values};

use super::world::*;

/// A database that belongs to somebody who is no superuser, and their address.
fn owned() -> Server {
    let postgres = Postgres::shared();
    let url = postgres.database().unwrap();
    let (_, name) = url.rsplit_once('/').unwrap();
    let role = format!("owner_of_{name}");
    for sql in [
        format!("CREATE ROLE {role} LOGIN PASSWORD 'owner'"),
        format!("ALTER DATABASE {name} OWNER TO {role}"),
    ] {
        postgres.run("postgres", &sql).unwrap();
    }
    let (_, place) = url.rsplit_once('@').unwrap();
    let server = Server::parse(&format!("postgres://{role}:owner@{place}")).unwrap();
    super::build_empty(&server);
    server
}

fn count(connection: &Connection, table: &str) -> Result<i64, Error> {
    let sql = format!("SELECT count(*) FROM views_1.{table}");
    Ok(connection.first(&sql, &[], |row| row.get(0))?.unwrap_or(-1))
}

#[test]
fn rows_of_other_workspaces_are_not_there() {
    let server = owned();
    let views = super::connect(&server);
    let world = random(41, 300);
    views.apply(&world.log).unwrap();
    let all = titles(&views, workspace(1), "", "").len();
    assert!(all > 0, "reads find their workspace");
    let connection = Connection::postgres(&server).unwrap();
    let look = |scope: &str| {
        let sql = "SELECT set_config('taskfold.workspace', ?1, false)";
        connection.first(sql, values![scope], |_| Ok(())).unwrap();
        ["tasks", "activity", "comments", "task_tags", "list_counts"]
            .map(|table| count(&connection, table).unwrap())
    };
    assert_eq!(look(""), [0; 5], "nobody said which");
    assert_eq!(look("no workspace"), [0; 5]);
    let own = [1, 2].map(|number| look(&workspace(number).0.simple().to_string()));
    let whole = look("*");
    for table in 0..5 {
        assert!(own[0][table] > 0 && own[1][table] > 0);
        assert_eq!(own[0][table] + own[1][table], whole[table]);
    }
}

#[test]
fn nobody_writes_into_another_workspace() {
    let server = owned();
    let views = super::connect(&server);
    views.apply(&random(42, 50).log).unwrap();
    let connection = Connection::postgres(&server).unwrap();
    let scope = workspace(1).0.simple().to_string();
    let sql = "SELECT set_config('taskfold.workspace', ?1, false)";
    connection.first(sql, values![scope], |_| Ok(())).unwrap();
    let moved = connection.execute(
        "UPDATE views_1.tasks SET workspace_id = ?1",
        values![workspace(2).as_bytes()],
    );
    assert!(
        matches!(&moved, Err(Error::Postgres { code, .. }) if code == "42501"),
        "{moved:?}"
    );
}
