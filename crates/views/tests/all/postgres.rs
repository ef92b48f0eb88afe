//! Views in PostgreSQL.

use taskfold_kit::Postgres;
use taskfold_sql::Server;
use taskfold_views::rebuild::build_on_server;
use taskfold_views::{ServerOptions, Views};

#[path = "created.rs"]
mod created;
#[path = "deadletters.rs"]
mod deadletters;
#[path = "isolation.rs"]
mod isolation;
#[path = "members.rs"]
mod members;
#[path = "projections.rs"]
mod projections;
#[path = "queries.rs"]
mod queries;
#[path = "reminders.rs"]
mod reminders;
#[path = "robustness.rs"]
mod robustness;
#[path = "search.rs"]
mod search;
#[path = "several.rs"]
mod several;
#[path = "switch.rs"]
mod switch;
#[path = "world.rs"]
mod world;

/// Empty views in a database of their own.
fn empty() -> Views {
    connect(&fresh())
}

fn fresh() -> Server {
    let server = Server::parse(&Postgres::shared().database().unwrap()).unwrap();
    build_empty(&server);
    server
}

/// As a processor does on an empty log.
fn build_empty(server: &Server) {
    build_on_server(server, 1, |_| Ok(0), |_, _| Ok(Vec::new()), |_| {}).unwrap();
}

fn connect(server: &Server) -> Views {
    let options = ServerOptions {
        readers: 4,
        ..ServerOptions::default()
    };
    Views::connect(server, &options).unwrap()
}
