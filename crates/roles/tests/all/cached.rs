//! Answers that are kept in Redis are those that the views give.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use axum::http::{StatusCode, header};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::time::{Clock, SystemClock, Timestamp};
use taskfold_roles::principal::Principal;
use taskfold_roles::query::{QueryRole, Read, ReadRequest};
use taskfold_roles::redis::Redis;
use taskfold_views::as_of::{Limits, Snapshots};
use taskfold_views::{Views, deadletters};
use tokio::sync::watch;

use crate::kit::{PATIENCE, Person, Server};
use crate::members::share;

const STEPS: usize = 800;
const FILTERS: [&str; 11] = [
    "",
    "assignee = me",
    "not assignee = me and priority >= low",
    "is:overdue",
    "due < today",
    "due = today or due = +1d",
    "due <= 2026-11-21",
    "created < today",
    "tag = red",
    "text ~ \"task\" and not is:done",
    "not (is:open and due > yesterday)",
];
const ZONES: [Option<&str>; 3] = [None, Some("Europe/Berlin"), Some("Asia/Tokyo")];
/// Milliseconds.
const MOVES: [i64; 8] = [0, 0, 0, 300, 1_000, 61_000, 300_000, 600_000];

/// Stands still until it is moved.
struct Hand(AtomicI64);

impl Hand {
    fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(SystemClock.now().as_millis())))
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Two query roles that share a Redis, and one that has none, over the same views.
struct Roles {
    plain: QueryRole,
    cached: [QueryRole; 2],
    redis: [Redis; 2],
    clock: Arc<Hand>,
}

impl Roles {
    fn over(server: &Server) -> Self {
        Self::on(server, &views(server), Hand::new())
    }

    fn on(server: &Server, views: &Views, clock: Arc<Hand>) -> Self {
        let url = taskfold_kit::Redis::shared();
        let role = |cache| {
            let (_, views) = watch::channel(Some(views.clone()));
            let snapshots = Snapshots::new(server.dir.path().join("copies"), Limits::default());
            let log = server.roles.log().clone();
            QueryRole::new(log, views, snapshots, cache, Arc::clone(&clock) as _)
        };
        let redis = [0, 1].map(|_| Redis::connect(&url).unwrap());
        Self {
            plain: role(None),
            cached: redis.clone().map(|redis| role(Some(redis))),
            redis,
            clock,
        }
    }

    fn hits(&self) -> u64 {
        self.redis.iter().map(|redis| redis.found().0).sum()
    }

    /// So many answers came from Redis; fewer may when a busy machine kept it from answering in time.
    fn assert_hits(&self, expected: u64) {
        let missed = self.missed();
        let (hits, all) = (self.hits(), missed == 0);
        assert!(
            hits == expected || (hits < expected && !all),
            "{hits} hits, not {expected}; {missed} missed"
        );
    }

    fn missed(&self) -> u64 {
        self.redis.iter().map(Redis::missed).sum()
    }
}

fn views(server: &Server) -> Views {
    let mut behind = server.roles.behind.iter();
    let behind = || behind.find_map(|(_, role)| role.views());
    server.roles.front.views().or_else(behind).unwrap()
}

#[derive(Debug, PartialEq, Eq)]
struct Told {
    status: StatusCode,
    headers: Vec<Option<String>>,
    body: String,
}

/// Asks, and again while the views are behind, as any client does.
async fn ask(role: &QueryRole, request: &ReadRequest) -> Told {
    let begun = Instant::now();
    loop {
        let told = ask_once(role, request).await;
        let behind = told.body.contains("\"views_behind\"");
        if !behind || begun.elapsed() > PATIENCE {
            return told;
        }
    }
}

async fn ask_once(role: &QueryRole, request: &ReadRequest) -> Told {
    let response = role.upstream().call(request.clone()).await;
    let header = |name: &str| {
        let value = response.headers().get(name)?;
        value.to_str().ok().map(ToOwned::to_owned)
    };
    let headers = vec![header(header::ETAG.as_str()), header("taskfold-position")];
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await;
    Told {
        status,
        headers,
        body: String::from_utf8(body.unwrap().to_vec()).unwrap(),
    }
}

fn tasks(filter: &str, limit: u32) -> Read {
    Read::Tasks {
        filter: filter.to_owned(),
        sort: "due".to_owned(),
        done: filter.is_empty(),
        limit,
        cursor: None,
    }
}

fn search(text: &str) -> Read {
    Read::Search {
        text: text.to_owned(),
        trash: text.len() > 4,
        limit: 10,
        cursor: None,
    }
}

fn request(read: Read, workspace_id: WorkspaceId, user_id: UserId) -> ReadRequest {
    ReadRequest {
        principal: Principal {
            user_id,
            agent: false,
        },
        workspace_id,
        read,
        position: None,
        as_of: None,
        zone: None,
        if_none_match: None,
    }
}

/// Somebody who writes this and that.
struct Writer<'p> {
    people: [&'p Person; 2],
    shared: &'p str,
    made: Vec<String>,
    clock: Arc<Hand>,
    random: StdRng,
}

impl Writer<'_> {
    /// A day and a time near now.
    fn due(&mut self) -> Value {
        let away = self.random.random_range(-7_200..7_200);
        let near = self.clock.now().to_jiff() + jiff::SignedDuration::from_secs(away);
        let near = near.to_zoned(jiff::tz::TimeZone::UTC);
        let mut due = json!({"date": near.date().to_string()});
        if self.random.random_bool(0.7) {
            due["time"] = json!(near.strftime("%H:%M:%S").to_string());
            if self.random.random_bool(0.5) {
                due["zone"] = json!("UTC");
            }
        }
        due
    }

    async fn write(&mut self, number: usize) {
        let person = *self.people.choose(&mut self.random).unwrap();
        let (shared, due) = (self.shared, self.due());
        let Some(task) = self.made.choose(&mut self.random).cloned() else {
            return self.make(person, number, due).await;
        };
        let path = format!("/tasks/{task}");
        let at = |tail: &str| format!("{path}{tail}?workspace={shared}");
        match self.random.random_range(0..8) {
            0..3 => self.make(person, number, due).await,
            3 => drop(person.post(&at("/complete"), json!({})).await),
            4 => drop(
                person
                    .post(&at("/comments"), json!({"body": "of a task"}))
                    .await,
            ),
            5 => drop(person.delete(&at("")).await),
            6 => drop(
                person
                    .patch(&at(""), json!({"assignee_id": person.user}))
                    .await,
            ),
            _ => drop(
                person
                    .patch(&at(""), json!({"due": due, "priority": "high"}))
                    .await,
            ),
        }
    }

    async fn make(&mut self, person: &Person, number: usize, due: Value) {
        let path = format!("/tasks?workspace={}", self.shared);
        let tags = if number.is_multiple_of(2) {
            ["red"]
        } else {
            ["blue"]
        };
        let body = json!({"title": format!("task {number}"), "tags": tags, "due": due});
        let made = person.post(&path, body).await.ok();
        self.made.push(made.id().to_owned());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_written_and_read_in_between_the_answers_are_those_without() {
    let clock = Hand::new();
    let of_server = Arc::clone(&clock);
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.gateway.rate = None;
        options.clock = of_server;
    })
    .await;
    let (anna, bert) = (server.person("anna").await, server.person("guest").await);
    let shared = share(&anna, &bert, "editor").await;
    let roles = Roles::on(&server, &views(&server), Arc::clone(&clock));
    let mut writer = Writer {
        people: [&anna, &bert],
        shared: &shared,
        made: Vec::new(),
        clock,
        random: StdRng::seed_from_u64(20_261_121),
    };
    let workspace: WorkspaceId = shared.parse().unwrap();
    let mut reads: Vec<Read> = FILTERS.iter().map(|filter| tasks(filter, 20)).collect();
    reads.extend([search("tas"), search("task of"), tasks("", 3)]);
    let mut asked = request(tasks("", 20), workspace, anna.user);
    let mut compared = 0;
    for step in 0..STEPS {
        let random = &mut writer.random;
        if random.random_bool(0.15) {
            writer.write(step).await;
            continue;
        }
        let moved = *MOVES.choose(random).unwrap();
        roles.clock.0.fetch_add(moved, Ordering::SeqCst);
        // Often the same again, or the same asked elsewhere or by somebody else.
        if random.random_bool(0.4) {
            asked.read = reads.choose(random).unwrap().clone();
        }
        if random.random_bool(0.3) {
            asked.zone = ZONES.choose(random).unwrap().map(str::to_owned);
        }
        if random.random_bool(0.3) {
            asked.principal.user_id = [anna.user, bert.user][random.random_range(0..2)];
        }
        asked.position = Some(server.head(workspace));
        let plain = ask(&roles.plain, &asked).await;
        assert_eq!(plain.status, StatusCode::OK, "{}", plain.body);
        for role in &roles.cached {
            assert_eq!(ask(role, &asked).await, plain, "step {step}: {asked:?}");
            compared += 1;
        }
    }
    let (hits, missed) = (roles.hits(), roles.missed());
    let asked = u64::saturating_sub(compared, missed);
    assert!(hits >= asked / 3, "{hits} of {compared}, {missed} missed");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_member_any_more_gets_nothing_that_is_kept() {
    let server = Server::busy().await;
    let (anna, bert) = (server.person("anna").await, server.person("guest").await);
    let carl = server.person("carl").await;
    let shared = share(&anna, &bert, "viewer").await;
    let workspace: WorkspaceId = shared.parse().unwrap();
    let roles = Roles::over(&server);
    let seen_by = async |person: &Person| {
        let mut request = request(search("task"), workspace, person.user);
        request.position = Some(server.head(workspace));
        ask(&roles.cached[0], &request).await.status
    };
    for (person, status) in [(&anna, 200_u16), (&bert, 200), (&carl, 404)] {
        assert_eq!(seen_by(person).await, status);
    }
    // What one member asked is kept for the others.
    roles.assert_hits(1);
    let left = format!("/members/{}?workspace={shared}", bert.user);
    anna.delete(&left).await.ok();
    for (person, status) in [(&anna, 200_u16), (&bert, 404)] {
        assert_eq!(seen_by(person).await, status);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_of_a_dead_letter_changes_answers_though_no_position_moves() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    anna.task("task one").await;
    anna.task("task two").await;
    let log = server.roles.log();
    let partition = log.partition_of(anna.workspace);
    let rows = log.read_partition(partition, 0, 1_000).await.unwrap();
    let envelopes = rows.iter().map(|row| log.open_envelope(row).unwrap());
    let envelopes: Vec<_> = envelopes.collect();
    let (last, before) = envelopes.split_last().unwrap();
    let views = Views::in_memory().unwrap();
    views.apply(before).unwrap();
    deadletters::bury(&views, &last.header, "a test", 1).unwrap();
    let roles = Roles::on(&server, &views, Hand::new());
    for found in [1, 2] {
        let request = request(search("task"), anna.workspace, anna.user);
        for role in [&roles.plain, &roles.cached[0], &roles.cached[1]] {
            let told = ask(role, &request).await;
            let told: Value = serde_json::from_str(&told.body).unwrap();
            assert_eq!(told["items"].as_array().map(Vec::len), Some(found));
        }
        deadletters::retry(&views, anna.workspace, |_| Ok(last.clone())).unwrap();
    }
    roles.assert_hits(1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_overdue_is_told_in_its_second() {
    let clock = Hand::new();
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let begin = clock.now().as_millis() / 1_000 * 1_000;
    let due = Timestamp::from_millis(begin + 2_000).to_jiff();
    let due = due.to_zoned(jiff::tz::TimeZone::UTC);
    let (date, time) = (due.date().to_string(), due.strftime("%H:%M:%S").to_string());
    let due = json!({"date": date, "time": time, "zone": "UTC"});
    let body = json!({"title": "soon", "due": due});
    anna.post("/tasks", body).await.ok();
    let mut request = request(tasks("is:overdue", 20), anna.workspace, anna.user);
    request.position = Some(server.head(anna.workspace));
    let roles = Roles::on(&server, &views(&server), Arc::clone(&clock));
    for (at, found) in [(0, false), (999, false), (2_999, false), (3_000, true)] {
        clock.0.store(begin + at, Ordering::SeqCst);
        for role in roles.cached.iter().chain([&roles.plain]) {
            let told = ask(role, &request).await;
            assert_eq!(told.body.contains("soon"), found, "after {at} ms");
        }
    }
    roles.assert_hits(5);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_answers_and_cheap_ones_are_not_kept() {
    let server = Server::busy().await;
    let anna = server.person("anna").await;
    let long = "long ".repeat(1_900);
    for number in 0..32 {
        let body = json!({"title": format!("task {number}"), "description": long});
        anna.post("/tasks", body).await.ok();
    }
    let roles = Roles::over(&server);
    for (read, hits, misses) in [
        (Read::Counts, 0, 0),
        (tasks("", 50), 0, 2),
        (tasks("", 5), 1, 3),
    ] {
        let mut request = request(read, anna.workspace, anna.user);
        request.position = Some(server.head(anna.workspace));
        for _ in 0..2 {
            assert_eq!(ask(&roles.cached[0], &request).await.status, StatusCode::OK);
        }
        roles.assert_hits(hits);
        let (_, asked_in_vain) = roles.redis[0].found();
        assert!(asked_in_vain == misses || roles.missed() > 0, "{request:?}");
    }
    server.stop().await;
}
