//! New tables beside those in use, and back.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use taskfold_contracts::envelope::Envelope;
use taskfold_kit::Postgres;
use taskfold_sql::{Connection, Server};
use taskfold_views::rebuild::{Fact, RebuildError, build_beside, build_on_server, switch_back};
use taskfold_views::{
    OpenError, Reader, ServerOptions, VIEW_VERSION, Views, deadletters, equality,
};

use super::world::*;

fn digest(views: &Views) -> BTreeMap<String, [u8; 32]> {
    views.read_blocking(equality::digest).unwrap()
}

fn then(world: &World, number: u64) -> BTreeMap<String, [u8; 32]> {
    let views = Views::in_memory().unwrap();
    let upto = usize::try_from(number).unwrap();
    views.apply(&world.log[..upto]).unwrap();
    digest(&views)
}

fn source(log: &[Envelope]) -> impl FnMut(u32, u64) -> Result<Vec<Fact>, String> + '_ {
    |partition, after| {
        let facts = log.iter().filter(|envelope| {
            let position = envelope.header.position;
            position.partition == partition && position.number > after
        });
        Ok(facts.take(50).cloned().map(Fact::Event).collect())
    }
}

fn generations(server: &Server) -> i64 {
    let connection = Connection::postgres(server).unwrap();
    let sql = "SELECT count(*) FROM pg_namespace WHERE nspname ~ '^views_[0-9]+$'";
    connection
        .first(sql, &[], |row| row.get(0))
        .unwrap()
        .unwrap()
}

#[test]
fn all_processes_follow_a_switch_and_the_way_back() {
    let server = super::fresh();
    let (here, there) = (super::connect(&server), super::connect(&server));
    let world = random(71, 600);
    here.apply(&world.log[..400]).unwrap();
    assert_eq!((here.generation(), there.generation()), (1, 1));
    let switched = build_beside(&here, 1, true, source(&world.log[..500]), |_| {}).unwrap();
    assert_eq!((switched.events, switched.generation), (400, 2));
    let comparison = switched.comparison.unwrap();
    assert_eq!(comparison.differing, Vec::<String>::new());
    assert_eq!(comparison.hash, equality::whole(&then(&world, 400)));
    assert_eq!(digest(&there), then(&world, 400));
    assert_eq!((here.generation(), there.generation()), (2, 2));
    there.apply(&world.log[400..550]).unwrap();
    assert_eq!(generations(&server), 2, "the old ones are kept");
    let back = switch_back(&there, true, source(&world.log)).unwrap();
    assert_eq!(back.events, 150, "of old tables that stood at 400");
    assert_eq!(back.comparison.unwrap().differing, Vec::<String>::new());
    assert_eq!(digest(&here), then(&world, 550));
    assert_eq!(here.generation(), 1);
    let connection = Connection::postgres(&server).unwrap();
    let spoilt = "SET taskfold.workspace = '*'; UPDATE views_1.tasks SET title = 'spoilt'";
    connection.batch(spoilt).unwrap();
    let switched = build_beside(&here, 1, true, source(&world.log), |_| {}).unwrap();
    let comparison = switched.comparison.unwrap();
    assert_eq!(comparison.differing, ["tasks"]);
    assert_eq!(comparison.hash, equality::whole(&then(&world, 550)));
    build_beside(&there, 1, false, source(&world.log), |_| {}).unwrap();
    assert_eq!(generations(&server), 2, "those before them are dropped");
    assert_eq!(digest(&here), then(&world, 600));
}

#[test]
fn a_switch_under_load_loses_nothing_and_fails_no_read() {
    let world = random(72, 3_000);
    let server = super::fresh();
    let (writer, other) = (super::connect(&server), super::connect(&server));
    writer.apply(&world.log[..600]).unwrap();
    let (appended, done) = (AtomicUsize::new(600), AtomicBool::new(false));
    let mut under_load = 0;
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for batch in world.log[600..].chunks(3) {
                appended.fetch_add(batch.len(), Ordering::SeqCst);
                writer.apply(batch).unwrap();
            }
        });
        scope.spawn(|| {
            let mut seen = 0;
            while !done.load(Ordering::SeqCst) {
                let number = other.read_blocking(|r| r.watermark(0)).unwrap();
                assert!(number >= seen, "it went back from {seen} to {number}");
                seen = number;
                list_tasks(&other, workspace(1), &query("", "due"));
            }
        });
        while !writing.is_finished() {
            let read = |partition, after| {
                let upto = appended.load(Ordering::SeqCst);
                source(&world.log[..upto])(partition, after)
            };
            let switched = build_beside(&other, 1, true, read, |_| {}).unwrap();
            let comparison = switched.comparison.unwrap();
            assert_eq!(comparison.differing, Vec::<String>::new());
            under_load += u32::from(!writing.is_finished());
            let read = |r: &Reader| Ok((r.watermark(0)?, equality::digest(r)?));
            let (number, found) = other.read_blocking(read).unwrap();
            assert_eq!(found, then(&world, number), "at {number}");
        }
        done.store(true, Ordering::SeqCst);
    });
    assert!(under_load > 0);
    assert_eq!(digest(&other), then(&world, 3_000));
}

#[test]
fn one_rebuild_at_a_time_among_all_processes() {
    let server = super::fresh();
    let (here, there) = (super::connect(&server), super::connect(&server));
    let world = random(73, 50);
    here.apply(&world.log).unwrap();
    let mut second = None;
    build_beside(&here, 1, false, source(&world.log), |_| {
        second = Some(build_beside(
            &there,
            1,
            false,
            |_, _| Ok(Vec::new()),
            |_| {},
        ));
    })
    .unwrap();
    assert!(matches!(second, Some(Err(RebuildError::UnderWay))));
}

#[test]
fn a_rebuild_that_fails_leaves_nothing_behind() {
    let server = super::fresh();
    let views = super::connect(&server);
    let world = random(74, 100);
    views.apply(&world.log).unwrap();
    let failed = build_beside(&views, 1, false, |_, _| Err("gone".to_owned()), |_| {});
    assert!(matches!(failed, Err(RebuildError::Source(_))), "{failed:?}");
    assert_eq!(views.generation(), 1);
    build_beside(&views, 1, false, source(&world.log), |_| {}).unwrap();
    assert_eq!(generations(&server), 2);
    assert_eq!(digest(&views), then(&world, 100));
}

#[test]
fn views_of_another_version_are_left_alone() {
    let server = super::fresh();
    let world = random(75, 100);
    let old = super::connect(&server);
    old.apply(&world.log).unwrap();
    let connection = Connection::postgres(&server).unwrap();
    connection
        .batch("UPDATE views.live SET view_version = 1")
        .unwrap();
    let refused = Views::connect(&server, &ServerOptions::default());
    assert!(matches!(
        refused.err(),
        Some(OpenError::OtherVersion {
            found: 1,
            expected: VIEW_VERSION
        })
    ));
    let build = || build_on_server(&server, 1, |_| Ok(100), source(&world.log), |_| {}).unwrap();
    let events = build();
    assert_eq!(events, 100);
    assert_eq!(build(), 0, "there is nothing to do");
    assert_eq!(digest(&super::connect(&server)), then(&world, 100));
    assert_eq!(generations(&server), 2, "the older program goes on");
}

#[test]
fn views_that_know_more_than_the_log_are_built_anew() {
    let server = super::fresh();
    let views = super::connect(&server);
    let world = random(76, 100);
    views.apply(&world.log).unwrap();
    let refused = build_beside(&views, 1, false, source(&world.log[..60]), |_| {});
    assert!(
        matches!(refused, Err(RebuildError::Source(_))),
        "{refused:?}"
    );
    let log = source(&world.log[..60]);
    let events = build_on_server(&server, 1, |_| Ok(60), log, |_| {}).unwrap();
    assert_eq!(events, 60);
    assert_eq!(digest(&super::connect(&server)), then(&world, 60));
    // Whoever knew them goes on from where the new ones are, after one refusal at most.
    let applied = views
        .apply(&world.log[60..])
        .or_else(|_| views.apply(&world.log[60..]));
    applied.unwrap();
    assert_eq!(digest(&views), then(&world, 100));
}

#[test]
fn what_was_given_up_stays_so_in_tables_of_the_next_version() {
    let server = super::fresh();
    let views = super::connect(&server);
    let mut world = World::default();
    world.add(workspace(1), created(1, "A"));
    world.add(workspace(1), completed(9));
    views.apply(&world.log[..1]).unwrap();
    deadletters::bury(&views, &world.log[1].header, "no such task", 1).unwrap();
    assert!(deadletters::discard(&views, world.log[1].header.position).unwrap());
    let connection = Connection::postgres(&server).unwrap();
    let older = "UPDATE views.live SET view_version = 1";
    connection.batch(older).unwrap();
    build_on_server(&server, 1, |_| Ok(2), source(&world.log), |_| {}).unwrap();
    let read = |r: &Reader| {
        Ok((
            deadletters::dropped(r)?.len(),
            deadletters::parked(r)?.len(),
        ))
    };
    assert_eq!(super::connect(&server).read_blocking(read).unwrap(), (1, 0));
}

#[test]
fn roles_that_are_allowed_to_use_views_build_and_share_them() {
    let owner = Postgres::shared().database().unwrap();
    let server = Server::parse(&owner).unwrap();
    let role = format!("views_{}", std::process::id());
    let connection = Connection::postgres(&server).unwrap();
    let made = format!("CREATE ROLE {role} LOGIN PASSWORD 'x'");
    connection.batch(&made).unwrap();
    let (_, place) = owner.split_once('@').unwrap();
    let service = Server::parse(&format!("postgres://{role}:x@{place}")).unwrap();
    let build = |server: &Server| build_on_server(server, 1, |_| Ok(0), source(&[]), |_| {});
    let refused = build(&service).unwrap_err().to_string();
    assert!(refused.contains("taskfold migrate"), "{refused}");
    assert!(Views::prepare(&server).unwrap());
    assert!(!Views::prepare(&server).unwrap());
    Views::grant(&server, &role).unwrap();
    build(&service).unwrap();
    let world = random(77, 50);
    let views = super::connect(&service);
    views.apply(&world.log).unwrap();
    // The next tables are the owner's; the role goes on in them, and removes its own when they are not needed.
    build_beside(
        &super::connect(&server),
        1,
        false,
        source(&world.log),
        |_| {},
    )
    .unwrap();
    views.apply(&world.log).unwrap();
    assert_eq!(digest(&views), then(&world, 50));
    for _ in 0..2 {
        build_beside(&views, 1, false, source(&world.log), |_| {}).unwrap();
    }
    assert_eq!(
        generations(&server),
        3,
        "the owner's are not for the role to remove"
    );
    build_beside(
        &super::connect(&server),
        1,
        false,
        source(&world.log),
        |_| {},
    )
    .unwrap();
    assert_eq!(generations(&server), 2);
}
