//! kill -9, at random moments and at each crash point: what was acknowledged is there, once.
//!
//! The test runs its own program again as a child that appends and prints what is acknowledged; the parent
//! kills it, opens the log and compares.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use taskfold_contracts::ids::{EventId, StreamId, WorkspaceId};
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::SystemClock;
use taskfold_contracts::values::Actor;
use taskfold_log::conformance::kit::{Chance, all, context, draft_with};
use taskfold_log::{Append, Idempotency, Log, Options, crash};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::postgres::kit::{connect, made, options};

/// Where the child's log is (a file, or the address of a database), then the crash point and the time that it fires, separated by spaces.
const PLAN: &str = "TASKFOLD_LOG_KILL_PLAN";

const CLIENTS: u128 = 8;
const KILLS: u64 = 20;
/// On PostgreSQL, where the server is not killed and less can go wrong with a process.
const POSTGRES_KILLS: u64 = 6;
const POINTS: [&str; 6] = [
    "log.before_begin",
    "log.before_commit",
    "log.after_commit",
    "log.before_answer",
    "log.before_checkpoint",
    "log.after_checkpoint",
];

/// The append that client `client` makes as its `number`th in `round`: the same in child and parent.
fn nth(round: u128, client: u128, number: u128) -> Append {
    let id = round << 80 | client << 64 | number;
    let workspace_id = WorkspaceId(Uuid::from_u128(0xa << 120 | client));
    // One stream a client and round, so that versions continue.
    let stream = StreamId(Uuid::from_u128(0xb << 120 | round << 80 | client << 64));
    let event_id = |part: u128| EventId(Uuid::from_u128(0xe << 120 | part << 112 | id));
    let context = context(workspace_id, Actor::System);
    let mut key = [0; 32];
    key[..16].copy_from_slice(&id.to_be_bytes());
    let expected = Version(u64::try_from(number).unwrap() * 2);
    Append {
        workspace_id,
        expected: vec![(stream, expected)],
        drafts: (0..2)
            .map(|part| draft_with(&context, event_id(part), stream))
            .collect(),
        idempotency: Some(Idempotency {
            key,
            fingerprint: key,
            reply: Vec::new(),
        }),
        claims: Vec::new(),
    }
}

/// The child: appends until it is killed. Does nothing when it is not called by the parent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a part of the tests below, which run it as a process of its own"]
#[allow(
    clippy::disallowed_methods,
    reason = "the one way to tell a test program something"
)]
async fn child() {
    let Ok(plan) = std::env::var(PLAN) else {
        return;
    };
    let mut plan = plan.split(' ');
    let path = plan.next().unwrap().to_owned();
    let round: u128 = plan.next().unwrap().parse().unwrap();
    if let (Some(point), Some(time)) = (plan.next(), plan.next()) {
        crash::arm(point, time.parse().unwrap());
    }
    let log = open(&path).await;
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let log = log.clone();
        clients.spawn(async move {
            for number in 0.. {
                say(&format!("try {client} {number}"));
                let appended = log.append(nth(round, client, number)).await.unwrap();
                say(&format!("ack {client} {number} {}", appended.first));
                if number % 10 == 9 && client == 0 {
                    log.checkpoint().await.unwrap();
                }
            }
        });
    }
    clients.join_all().await;
}

async fn open(place: &str) -> Log {
    if place.starts_with("postgres") {
        return connect(&options(vec![place.to_owned()]), 1).await;
    }
    Log::open(place.as_ref(), Options::default(), Arc::new(SystemClock)).unwrap()
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// What the child said before it died.
#[derive(Debug, Default)]
struct Said {
    tried: BTreeSet<(u128, u128)>,
    acknowledged: BTreeMap<(u128, u128), Position>,
}

impl Said {
    fn hear(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["try", client, number] => {
                self.tried
                    .insert((client.parse().unwrap(), number.parse().unwrap()));
            }
            ["ack", client, number, position] => {
                let asked = (client.parse().unwrap(), number.parse().unwrap());
                self.acknowledged.insert(asked, position.parse().unwrap());
            }
            _ => {}
        }
    }
}

fn spawn(log: &str, round: u128, point: Option<(&str, u64)>) -> (Child, Receiver<String>) {
    let point = point.map_or_else(String::new, |(point, time)| format!(" {point} {time}"));
    let plan = format!("{log} {round}{point}");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "kill::child",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(PLAN, plan)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (lines, heard) = channel();
    std::thread::spawn(move || {
        // A line that was cut off by the kill has no end and is not read as one.
        for line in out.lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                break;
            }
        }
    });
    (child, heard)
}

/// Runs a child until it dies: at its crash point, or killed after `acks` acknowledgements.
fn run(log: &str, round: u128, point: Option<(&str, u64)>, acks: usize) -> Said {
    let (mut child, heard) = spawn(log, round, point);
    let mut said = Said::default();
    loop {
        match heard.recv_timeout(Duration::from_mins(2)) {
            Ok(line) => said.hear(&line),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                child.kill().unwrap();
                panic!("{point:?} was never reached");
            }
        }
        if point.is_none() && said.acknowledged.len() >= acks {
            // SIGKILL on Unix. What the child wrote before it is still heard.
            child.kill().unwrap();
        }
    }
    let status = child.wait().unwrap();
    assert!(!status.success(), "the child was to die, {point:?}");
    said
}

/// Opens the log after a death and compares. Returns how many appends were stored but not acknowledged.
async fn check(path: &str, round: u128, said: &Said) -> usize {
    let log = open(path).await;
    let found = log.verify(|_, _| {}).await.unwrap();
    assert!(found.is_sound(), "{:?}", found.problems);
    let mut places: BTreeMap<EventId, Position> = BTreeMap::new();
    for row in all(&log, 0).await {
        let doubled = places.insert(row.header.event_id, row.header.position);
        assert_eq!(doubled, None, "no event is there twice");
    }
    for ((client, number), position) in &said.acknowledged {
        let event = nth(round, *client, *number).drafts[0].event_id;
        assert_eq!(
            places.get(&event),
            Some(position),
            "acknowledged: {client} {number}"
        );
    }
    let mut unacknowledged = 0;
    for (client, number) in said
        .tried
        .iter()
        .filter(|asked| !said.acknowledged.contains_key(asked))
    {
        let again = nth(round, *client, *number);
        let events: Vec<EventId> = again.drafts.iter().map(|draft| draft.event_id).collect();
        let stored = events
            .iter()
            .filter(|event| places.contains_key(event))
            .count();
        assert!(
            stored == 0 || stored == 2,
            "an append is there as a whole or not at all"
        );
        unacknowledged += stored / 2;
        // The client tries again with its key: once in all.
        let appended = log.append(again).await.unwrap();
        assert_eq!(appended.replayed, stored == 2);
    }
    log.shutdown().await;
    unacknowledged
}

async fn die_often(log: &str, kills: u64, point: Option<&str>, seed: u64) -> usize {
    let (mut chance, mut unacknowledged) = (Chance(seed), 0);
    for round in 0..u128::from(kills) {
        let rare = point.is_some_and(|point| point.contains("checkpoint"));
        let time = 1 + chance.below(if rare { 3 } else { 30 });
        let acks = usize::try_from(chance.below(150)).unwrap();
        let said = run(log, round, point.map(|point| (point, time)), acks);
        unacknowledged += check(log, round, &said).await;
    }
    unacknowledged
}

async fn die_often_in_a_file(point: Option<&str>, seed: u64) -> usize {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log.db");
    die_often(path.to_str().unwrap(), KILLS, point, seed).await
}

async fn die_often_on_postgres(point: Option<&str>, seed: u64) -> usize {
    let databases = made(1, 1).await;
    die_often(&databases.urls[0], POSTGRES_KILLS, point, seed).await
}

#[tokio::test]
async fn killed_at_random_moments() {
    die_often_in_a_file(None, 7).await;
}

#[tokio::test]
async fn aborted_at_each_crash_point() {
    for (point, seed) in POINTS.into_iter().zip(11..) {
        let unacknowledged = die_often_in_a_file(Some(point), seed).await;
        if is_after_commit(point) {
            // Each of these died with a batch in hand that was stored and not answered.
            assert!(unacknowledged as u64 >= KILLS, "{point}: {unacknowledged}");
        }
    }
}

#[tokio::test]
async fn killed_at_random_moments_on_postgres() {
    die_often_on_postgres(None, 7).await;
}

#[tokio::test]
async fn aborted_at_each_crash_point_on_postgres() {
    // The server makes its checkpoints itself.
    for (point, seed) in POINTS[..4].iter().zip(11..) {
        let unacknowledged = die_often_on_postgres(Some(point), seed).await;
        if is_after_commit(point) {
            assert!(
                unacknowledged as u64 >= POSTGRES_KILLS,
                "{point}: {unacknowledged}"
            );
        }
    }
}

fn is_after_commit(point: &str) -> bool {
    matches!(point, "log.after_commit" | "log.before_answer")
}
