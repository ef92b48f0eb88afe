//! Several processes, two databases, roles, migrations, a server that goes away.

use std::time::Duration;

use taskfold_contracts::ids::{StreamId, WorkspaceId};
use taskfold_contracts::position::Version;
use taskfold_kit::{Disk, Postgres, run_at};
use taskfold_log::conformance::kit::{all, append, keyed, numbers, stream};
use taskfold_log::{
    Append, AppendError, Appended, Claim, DatabaseError, Log, Migrate, OpenError, Options,
    PostgresOptions,
};
use tokio::task::JoinSet;

use super::kit::{connect, databases, made, options};
use super::raw::workspace_in;

fn ok(answers: &[Result<Appended, AppendError>]) -> usize {
    answers.iter().filter(|answer| answer.is_ok()).count()
}

async fn bounded<T>(work: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(Duration::from_mins(2), work).await;
    done.expect("it comes to an end")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_process_appends_wakes_the_others() {
    let databases = made(1, 4).await;
    let (one, other) = (connect(&databases, 4).await, connect(&databases, 4).await);
    let tenant = workspace_in(2, 4);
    let mut head = other.watch(2);
    for round in 0..20 {
        let appended = one.append(append(tenant, stream(), 0, 1)).await.unwrap();
        assert_eq!(appended.first.number, 2 * round + 1);
        bounded(head.wait_for(|head| *head > 2 * round))
            .await
            .unwrap();
        let rows = other.read_partition(2, 2 * round, 10).await.unwrap();
        assert_eq!(numbers(&rows), [2 * round + 1]);
        // Both append, so that each has gaps in its memory.
        let appended = other.append(append(tenant, stream(), 0, 1)).await.unwrap();
        assert_eq!(appended.first.number, 2 * round + 2);
    }
    let rows = all(&other, 2).await;
    assert_eq!(numbers(&rows), (1..=40).collect::<Vec<_>>());
    assert!(all(&one, 2).await.iter().eq(rows.iter()));
    one.shutdown().await;
    other.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_processes_one_wins_a_version_a_claim_and_a_key() {
    let databases = made(1, 4).await;
    let logs = [connect(&databases, 4).await, connect(&databases, 4).await];
    for round in 0..30_u8 {
        // The same stream, claim and key from different partitions: no head that both lock.
        let contested = stream();
        let tenants = [workspace_in(0, 4), workspace_in(1, 4)];
        let both = |of: &dyn Fn(WorkspaceId) -> Append| {
            let appends = [of(tenants[0]), of(tenants[1])];
            let logs = &logs;
            async move {
                let [one, other] = appends;
                tokio::join!(logs[0].append(one), logs[1].append(other))
            }
        };
        let (one, other) = both(&|tenant| append(tenant, contested, 0, 1)).await;
        let answers = [one, other];
        assert_eq!(ok(&answers), 1, "{answers:?}");
        let refused = answers.into_iter().find_map(Result::err);
        assert!(matches!(
            refused,
            Some(AppendError::Conflict {
                actual: Version(1),
                ..
            })
        ));

        let claiming = |tenant| {
            let stream = stream();
            let key = [round; 32];
            Append {
                claims: vec![Claim { key, stream }],
                ..append(tenant, stream, 0, 1)
            }
        };
        let (one, other) = both(&claiming).await;
        let answers = [one, other];
        assert_eq!(ok(&answers), 1, "{answers:?}");
        let refused = answers.into_iter().find_map(Result::err);
        assert!(
            matches!(refused, Some(AppendError::ClaimTaken { .. })),
            "{refused:?}"
        );

        let (one, other) = both(&|tenant| keyed(append(tenant, stream(), 0, 1), round, 1)).await;
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one.last, other.last);
        assert!(one.replayed != other.replayed);
    }
    let found = logs[0].verify(|_, _| {}).await.unwrap();
    assert!(found.is_sound() && found.events == 90, "{found:?}");
    for log in logs {
        log.shutdown().await;
    }
}

/// Each decision reads what the other one writes: at most one of them may stand.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_that_read_each_others_streams_do_not_both_stand() {
    let databases = made(1, 4).await;
    let logs = [connect(&databases, 4).await, connect(&databases, 4).await];
    let (here, there) = (workspace_in(0, 4), workspace_in(3, 4));
    for _ in 0..40 {
        let (mine, theirs) = (stream(), stream());
        logs[0].append(append(here, mine, 0, 1)).await.unwrap();
        logs[0].append(append(there, theirs, 0, 1)).await.unwrap();
        let reading = |tenant, written: StreamId, read: StreamId| {
            let mut append = append(tenant, written, 1, 1);
            append.expected.push((read, Version(1)));
            append
        };
        let both = async {
            tokio::join!(
                logs[0].append(reading(here, mine, theirs)),
                logs[1].append(reading(there, theirs, mine)),
            )
        };
        let (one, other) = bounded(both).await;
        let answers = [one, other];
        assert_eq!(ok(&answers), 1, "{answers:?}");
    }
    for log in logs {
        log.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_is_spread_over_two_databases() {
    let databases = made(2, 16).await;
    let log = connect(&databases, 16).await;
    let mut appends = JoinSet::new();
    for partition in 0..16 {
        for _ in 0..5 {
            let (log, tenant) = (log.clone(), workspace_in(partition, 16));
            appends.spawn(async move { log.append(append(tenant, stream(), 0, 3)).await });
        }
    }
    for answer in appends.join_all().await {
        answer.unwrap();
    }
    let in_each = |url: &String| run_at(url, "SELECT count(*), min(partition % 2) FROM log.events");
    let spread: Vec<String> = databases
        .urls
        .iter()
        .map(|url| in_each(url).unwrap())
        .collect();
    assert_eq!(spread, ["120|0", "120|1"]);
    // A decision may read a stream that stands in the other database.
    let (read, tenant) = (stream(), workspace_in(4, 16));
    log.append(append(tenant, read, 0, 2)).await.unwrap();
    let relying = |version| {
        let mut append = append(workspace_in(5, 16), stream(), 0, 1);
        append.expected.push((read, Version(version)));
        append
    };
    log.append(relying(2)).await.unwrap();
    let stale = log.append(relying(1)).await.unwrap_err();
    assert!(
        matches!(
            stale,
            AppendError::Conflict {
                actual: Version(2),
                ..
            }
        ),
        "{stale}"
    );
    let claiming = |partition| {
        let stream = stream();
        let key = [7; 32];
        Append {
            claims: vec![Claim { key, stream }],
            ..append(workspace_in(partition, 16), stream, 0, 1)
        }
    };
    log.append(claiming(6)).await.unwrap();
    let taken = log.append(claiming(7)).await.unwrap_err();
    assert!(matches!(taken, AppendError::ClaimTaken { .. }), "{taken}");
    for partition in 0..16 {
        let rows = all(&log, partition).await;
        assert_eq!(numbers(&rows), (1..=rows.len() as u64).collect::<Vec<_>>());
        assert!(rows.len() >= 15);
    }
    let found = log.verify(|_, _| {}).await.unwrap();
    assert!(
        found.is_sound() && found.hashes.len() == 16,
        "{:?}",
        found.problems
    );
    assert_eq!(log.stats().await.unwrap().events, 244);
    log.shutdown().await;

    let turned: Vec<String> = databases.urls.iter().rev().cloned().collect();
    let refused = open(&options(turned), 16).await.unwrap_err();
    assert!(
        matches!(refused, OpenError::Database(DatabaseError::Shard { .. })),
        "{refused}"
    );
}

async fn open(databases: &PostgresOptions, partitions: u32) -> Result<Log, OpenError> {
    let options = Options {
        partitions,
        ..Options::default()
    };
    Log::connect_read_only(databases.clone(), options).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_migrated_or_not_ours_is_refused() {
    let databases = databases(1);
    let refused = open(&databases, 4).await.unwrap_err().to_string();
    assert!(refused.ends_with("run `taskfold migrate`"), "{refused}");
    assert!(
        !refused.contains("postgres://"),
        "no address in a message: {refused}"
    );
    let four = Migrate {
        partitions: 4,
        ..Migrate::default()
    };
    // Several at once: one after the other.
    let mut running = JoinSet::new();
    for _ in 0..4 {
        let (databases, four) = (databases.clone(), four.clone());
        running.spawn(async move { Log::migrate(&databases, &four).await.unwrap().len() });
    }
    assert_eq!(running.join_all().await.iter().sum::<usize>(), 1);
    let log = open(&databases, 4).await.unwrap();
    let refused = log.append(append(workspace_in(0, 4), stream(), 0, 1)).await;
    assert_eq!(refused.unwrap_err(), AppendError::Closed);
    log.shutdown().await;
    let other = open(&databases, 5).await.unwrap_err();
    let partitions = OpenError::Partitions {
        stored: 4,
        asked: 5,
    };
    assert_eq!(other.to_string(), partitions.to_string());

    let url = &databases.urls[0];
    run_at(url, "UPDATE log.migrations SET checksum = '\\x00'").unwrap();
    let changed = open(&databases, 4).await.unwrap_err();
    assert!(
        matches!(changed, OpenError::Database(DatabaseError::Changed { .. })),
        "{changed}"
    );
    run_at(
        url,
        "INSERT INTO log.migrations SELECT 1000, name, checksum FROM log.migrations",
    )
    .unwrap();
    let newer = open(&databases, 4).await.unwrap_err();
    assert!(
        matches!(
            newer,
            OpenError::Format {
                stored: 2,
                known: 1
            }
        ),
        "{newer}"
    );
    let nowhere = options(vec![
        "postgres://postgres:secret@127.0.0.1:1/none".to_owned(),
    ]);
    let gone = open(&nowhere, 4).await.unwrap_err().to_string();
    assert!(
        gone.contains("127.0.0.1/none") && !gone.contains("secret"),
        "{gone}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_services_can_only_add_events_and_nobody_can_change_them() {
    let databases = databases(1);
    let url = &databases.urls[0];
    let role = format!("service_{}", url.rsplit('_').next().unwrap());
    let role = format!("{role}_{}", std::process::id());
    run_at(url, &format!("CREATE ROLE {role} LOGIN PASSWORD 'word'")).unwrap();
    let migrate = Migrate {
        partitions: 4,
        role: Some(role.clone()),
        ..Migrate::default()
    };
    Log::migrate(&databases, &migrate).await.unwrap();
    let (_, host) = url.split_once('@').unwrap();
    let service = options(vec![format!("postgres://{role}:word@{host}")]);
    let log = connect(&service, 4).await;
    let tenant = workspace_in(1, 4);
    let wanted = keyed(append(tenant, stream(), 0, 3), 1, 1);
    let appended = log.append(wanted).await.unwrap();
    log.put_snapshot(b"key", appended.last, vec![1])
        .await
        .unwrap();
    log.put_watermark("mail", appended.last).await.unwrap();
    log.remove_snapshots(b"key").await.unwrap();
    assert!(log.verify(|_, _| {}).await.unwrap().is_sound());
    let later = taskfold_contracts::time::Timestamp::from_millis(4_000_000_000_000);
    assert_eq!(log.forget_keys(later).await.unwrap(), 1);
    log.shutdown().await;
    for change in [
        "UPDATE log.events SET version = 9",
        "DELETE FROM log.events",
        "TRUNCATE log.events",
        "DELETE FROM log.claims",
        "DELETE FROM log.partitions",
        "UPDATE log.partitions SET head = 0",
        "UPDATE log.layout SET partitions = 8",
    ] {
        let by_service = run_at(&service.urls[0], change).unwrap_err().to_string();
        let mine = change.starts_with("UPDATE log.partitions");
        assert!(
            mine || by_service.contains("permission denied"),
            "{change}: {by_service}"
        );
        let by_owner = run_at(url, change).unwrap_err().to_string();
        assert!(by_owner.contains("only ever added"), "{change}: {by_owner}");
    }
    let taken = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    run_at(url, &taken).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_goes_away_is_waited_for_and_then_told_of() {
    let server = Postgres::start(Disk::Hasty).unwrap();
    let databases = PostgresOptions {
        patience: Duration::from_secs(2),
        ..options(vec![server.database().unwrap()])
    };
    Log::migrate(&databases, &Migrate::default()).await.unwrap();
    let log = connect(&databases, 16).await;
    let tenant = workspace_in(1, 16);
    let wanted = keyed(append(tenant, stream(), 0, 1), 1, 1);
    let first = log.append(wanted.clone()).await.unwrap();
    server.crash().unwrap();
    // Every connection is gone, and nobody notices.
    let again = log.append(wanted.clone()).await.unwrap();
    assert!(again.replayed && again.last == first.last);
    assert_eq!(all(&log, 1).await.len(), 1);
    server.stop().unwrap();
    let refused = bounded(log.append(append(tenant, stream(), 0, 1)))
        .await
        .unwrap_err();
    assert!(matches!(refused, AppendError::Storage(_)), "{refused:?}");
    assert!(
        bounded(log.read_stream(stream(), Version(0), 1))
            .await
            .is_err()
    );
    server.resume().unwrap();
    log.append(append(tenant, stream(), 0, 1)).await.unwrap();
    let rows = log.read_workspace(tenant, 0, None, 10).await.unwrap();
    assert_eq!(numbers(&rows), [1, 2]);
    log.shutdown().await;
}

/// Of what was acknowledged nothing is lost, and what was tried again is there once: commits wait for the
/// replica, which then takes over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promoted_replica_goes_on_where_the_first_one_was() {
    let server = Postgres::start(Disk::Hasty).unwrap();
    let first = server.database().unwrap();
    let replica = server.replica().unwrap();
    let settings = "ALTER SYSTEM SET synchronous_standby_names = '*'";
    server.run("postgres", settings).unwrap();
    server.run("postgres", "SELECT pg_reload_conf()").unwrap();
    let (before, database) = first.rsplit_once('/').unwrap();
    let second = replica.url(database);
    let (_, second) = second.split_once('@').unwrap();
    let databases = options(vec![format!(
        "{before},{second}?target_session_attrs=read-write"
    )]);
    Log::migrate(&databases, &Migrate::default()).await.unwrap();
    let log = connect(&databases, 16).await;
    let (stage, staged) = tokio::sync::watch::channel(0_u8);
    let mut writers = JoinSet::new();
    for writer in 0..8_u8 {
        let (log, staged) = (log.clone(), staged.clone());
        writers.spawn(async move {
            let (tenant, mut stored) = (workspace_in(writer.into(), 16), Vec::new());
            let mut left = 20;
            while left > 0 {
                // The last twenty are after the change.
                left -= i32::from(*staged.borrow() == 1);
                let mut key = [writer; 32];
                key[..8].copy_from_slice(&(stored.len() as u64).to_be_bytes());
                let mut wanted = keyed(append(tenant, stream(), 0, 2), writer, 1);
                wanted.idempotency.as_mut().unwrap().key = key;
                let appended = loop {
                    match log.append(wanted.clone()).await {
                        Ok(appended) => break appended,
                        Err(
                            AppendError::Unknown(_) | AppendError::Storage(_) | AppendError::Busy,
                        ) => {}
                        Err(error) => panic!("{error}"),
                    }
                };
                stored.push((appended.first, wanted.drafts[0].event_id));
            }
            stored
        });
    }
    let mut head = log.watch(3);
    bounded(head.wait_for(|head| *head > 40)).await.unwrap();
    // Whoever only reads can do so on the replica.
    let follower = open(&options(vec![replica.url(database)]), 16)
        .await
        .unwrap();
    let mut head = follower.watch(3);
    bounded(head.wait_for(|head| *head > 40)).await.unwrap();
    let seen = numbers(&follower.read_partition(3, 0, 40).await.unwrap());
    assert_eq!(seen, (1..=40).collect::<Vec<_>>());
    follower.shutdown().await;
    let changed = tokio::task::spawn_blocking(move || {
        server.kill().unwrap();
        replica.promote().unwrap();
        (server, replica)
    });
    let servers = changed.await.unwrap();
    stage.send_replace(1);
    let stored = tokio::time::timeout(Duration::from_mins(1), writers.join_all());
    for (position, event) in stored.await.unwrap().concat() {
        let rows = log
            .read_partition(position.partition, position.number - 1, 1)
            .await;
        assert_eq!(rows.unwrap()[0].header.event_id, event, "{position}");
    }
    let found = log.verify(|_, _| {}).await.unwrap();
    assert!(found.is_sound(), "{:?}", found.problems);
    let once = "SELECT count(*) - count(DISTINCT event_id) FROM log.events";
    assert_eq!(servers.1.run(database, once).unwrap(), "0");
    log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stands_still_is_left_and_found_again() {
    let server = Postgres::start(Disk::Hasty).unwrap();
    let databases = PostgresOptions {
        statement_timeout: Duration::from_millis(200),
        connect_timeout: Duration::from_secs(1),
        patience: Duration::from_mins(1),
        ..options(vec![server.database().unwrap()])
    };
    Log::migrate(&databases, &Migrate::default()).await.unwrap();
    let log = connect(&databases, 16).await;
    let tenant = workspace_in(1, 16);
    log.append(append(tenant, stream(), 0, 1)).await.unwrap();
    server.signal("STOP").unwrap();
    let mut appends = JoinSet::new();
    for _ in 0..20 {
        let log = log.clone();
        appends.spawn(async move { log.append(append(tenant, stream(), 0, 1)).await });
    }
    // Longer than the log waits for an answer: what is under way is given up, and looked for again.
    tokio::time::sleep(Duration::from_secs(4)).await;
    server.signal("CONT").unwrap();
    for answer in bounded(appends.join_all()).await {
        answer.unwrap();
    }
    let rows = log.read_workspace(tenant, 0, None, 100).await.unwrap();
    assert_eq!(numbers(&rows), (1..=21).collect::<Vec<_>>());
    log.shutdown().await;
}
