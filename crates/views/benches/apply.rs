//! Events a second that the views take, on SQLite and on PostgreSQL: `cargo bench -p taskfold-views`.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on says why")]
#![allow(clippy::wildcard_imports, reason = "histories name nearly all events")]
#![allow(clippy::print_stdout, reason = "its result")]
#![allow(dead_code, reason = "it shares the histories of the tests")]

use std::time::Instant;

use taskfold_kit::Postgres;
use taskfold_sql::Server;
use taskfold_views::rebuild::build_on_server;
use taskfold_views::{ServerOptions, Views};

#[path = "../tests/all/world.rs"]
mod world;

const EVENTS: usize = 40_000;

fn empty() -> Views {
    Views::in_memory().unwrap()
}

fn run(name: &str, views: &Views, world: &world::World, batch: usize) {
    let began = Instant::now();
    for batch in world.log.chunks(batch) {
        views.apply(batch).unwrap();
    }
    let rate = f64::from(u32::try_from(world.log.len()).unwrap()) / began.elapsed().as_secs_f64();
    println!("{name:<10} batches of {batch:>5}: {rate:>8.0} events/s");
}

fn main() {
    let directory = tempfile::tempdir().unwrap();
    for batch in [10, 100, 1_000] {
        let world = world::random(7, EVENTS * batch.min(100) / 100);
        let file = directory.path().join(format!("{batch}.db"));
        run("SQLite", &Views::open(&file).unwrap(), &world, batch);
        let server = Server::parse(&Postgres::shared().database().unwrap()).unwrap();
        build_on_server(&server, 1, |_| Ok(0), |_, _| Ok(Vec::new()), |_| {}).unwrap();
        let views = Views::connect(&server, &ServerOptions::default()).unwrap();
        run("PostgreSQL", &views, &world, batch);
    }
}
