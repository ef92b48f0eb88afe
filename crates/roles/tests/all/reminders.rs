//! Reminders fire once each, whoever dies and however many wait for them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use taskfold_contracts::events::Event;
use taskfold_contracts::ids::{ReminderId, WorkspaceId};
use taskfold_contracts::time::{Clock, SystemClock, Timestamp};
use taskfold_log::{Log, crash};
use taskfold_roles::process::{Options, Role, Wire};
use tokio::time::Instant;

use crate::deployment::Deployment;
use crate::kit::{PATIENCE, Person, Server};
use crate::shared_log::Cluster;

const HOUR: i64 = 3_600_000;

/// The system's clock, some milliseconds ahead.
#[derive(Default)]
struct Hand(AtomicI64);

impl Hand {
    fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    fn in_hours(&self, hours: i64) -> Timestamp {
        Timestamp::from_millis(self.now().as_millis() + hours * HOUR)
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        let ahead = self.0.load(Ordering::SeqCst);
        Timestamp::from_millis(SystemClock.now().as_millis() + ahead)
    }
}

/// How often each reminder of a workspace fired, and for how many moments.
async fn fired(log: &Log, workspace: WorkspaceId) -> BTreeMap<(ReminderId, Timestamp), usize> {
    let rows = log.read_workspace(workspace, 0, None, 100_000).await;
    let mut fired = BTreeMap::new();
    for row in rows.unwrap() {
        if let Event::ReminderTriggered(event) = log.open_envelope(&row).unwrap().event {
            *fired.entry((event.reminder_id, event.due_at)).or_default() += 1;
        }
    }
    fired
}

/// Makes things happen, so that clocks that were set are looked at, until so many have fired.
async fn until_fired(log: &Log, anna: &Person, count: usize) {
    let until = Instant::now() + 2 * PATIENCE;
    while fired(log, anna.workspace).await.len() < count {
        assert!(Instant::now() < until, "not all have fired");
        anna.task("something else").await;
    }
}

async fn remind(anna: &Person, at: Timestamp) -> String {
    let body = json!({"title": "call", "reminders": [{"at": at}]});
    let made = anna.post("/tasks", body).await.ok();
    made.id().to_owned()
}

fn once(fired: &BTreeMap<(ReminderId, Timestamp), usize>) {
    let twice: Vec<_> = fired.iter().filter(|(_, times)| **times != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

async fn with_clock(data: &Path, clock: &Arc<Hand>) -> Server {
    let clock = Arc::clone(clock);
    Server::at(data, |options| {
        options.clock = clock;
        options.gateway.rate = None;
    })
    .await
}

/// The same on files: a private server of PostgreSQL would go with the process that dies.
async fn in_files(data: &Path, clock: &Arc<Hand>) -> Server {
    let mut options = Options::new(data);
    options.clock = Arc::<Hand>::clone(clock);
    options.gateway.rate = None;
    Server::over(tempfile::tempdir().unwrap(), Deployment::on(options).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_fire_at_their_moments_while_their_tasks_are_open() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), Arc::new(Hand::default()));
    let server = with_clock(dir.path(), &clock).await;
    let anna = server.person("anna").await;
    let log = server.roles.log();
    let now = remind(&anna, clock.in_hours(1)).await;
    let done = remind(&anna, clock.in_hours(1)).await;
    remind(&anna, clock.in_hours(-1)).await;
    remind(&anna, clock.in_hours(3)).await;
    let due = json!({"date": "2040-01-01", "time": "12:00:00", "zone": "UTC"});
    let far = json!({"title": "far", "due": due, "reminders": [{"minutes_before_due": 5}]});
    anna.post("/tasks", far).await.ok();
    anna.post(&format!("/tasks/{done}/complete"), Value::Null)
        .await
        .ok();
    assert_eq!(fired(log, anna.workspace).await.len(), 0);
    clock.advance(HOUR);
    until_fired(log, &anna, 1).await;
    let shown = anna.get(&server, &format!("/tasks/{now}")).await.ok();
    assert_eq!(shown.body["version"], 2, "{}", shown.body);
    clock.advance(2 * HOUR);
    until_fired(log, &anna, 2).await;
    let all = fired(log, anna.workspace).await;
    once(&all);
    assert_eq!(all.len(), 2, "neither what is done nor what was over");
    let metrics = reqwest::get(format!("{}/metrics", server.metrics_url()));
    let metrics = metrics.await.unwrap().text().await.unwrap();
    assert!(
        metrics.contains("taskfold_reminders_fired_total 2"),
        "{metrics}"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_nobody_ran_fires_once_and_late() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), Arc::new(Hand::default()));
    let server = with_clock(dir.path(), &clock).await;
    let anna = server.person("anna").await;
    for hours in 1..=5 {
        remind(&anna, clock.in_hours(hours)).await;
    }
    server.stop().await;
    clock.advance(24 * HOUR);
    for _ in 0..2 {
        let server = with_clock(dir.path(), &clock).await;
        let anna = server.person("anna").await;
        until_fired(server.roles.log(), &anna, 5).await;
        once(&fired(server.roles.log(), anna.workspace).await);
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_outside_fires_reminders() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let id = uuid::Uuid::from_u128(1);
    let trigger = json!({
        "task_id": id, "reminder_id": id, "due_at": "2026-11-20T10:00:00Z",
    });
    for named in ["trigger_reminder", "trigger"] {
        let mut command = trigger.clone();
        command["command"] = json!(named);
        let answer = anna.post("/bulk", json!({"commands": [command]})).await;
        let code = &answer.body["results"][0]["errors"][0]["code"];
        assert_eq!(code, "unknown_command", "{}", answer.body);
    }
    server.stop().await;
}

/// The process dies before a reminder is asked for, and before it learns what was decided.
#[tokio::test(flavor = "multi_thread")]
async fn a_notifier_that_dies_neither_loses_nor_doubles_a_reminder() {
    for point in ["reminders.before_trigger", "reminders.after_trigger"] {
        let dir = tempfile::tempdir().unwrap();
        let this = std::env::current_exe().unwrap();
        let mut inner = std::process::Command::new(this);
        inner
            .args(["--ignored", "--exact", "reminders::dies_at_a_reminder"])
            .env("TASKFOLD_TEST_DIES_IN", dir.path())
            .env("TASKFOLD_TEST_DIES_AT", point);
        let inner = tokio::task::spawn_blocking(move || inner.output().unwrap());
        let inner = inner.await.unwrap();
        let said = String::from_utf8_lossy(&inner.stdout).into_owned();
        assert!(
            !inner.status.success() && !said.contains("FAILED"),
            "{point}: {said}"
        );
        let clock = Arc::new(Hand::default());
        clock.advance(2 * HOUR);
        let server = in_files(dir.path(), &clock).await;
        let anna = server.person("anna").await;
        // When one that comes later has fired, all before it were asked for.
        remind(&anna, clock.in_hours(1)).await;
        clock.advance(HOUR);
        until_fired(server.roles.log(), &anna, 4).await;
        once(&fired(server.roles.log(), anna.workspace).await);
        server.stop().await;
    }
}

#[allow(clippy::disallowed_methods, reason = "how the outer test tells it")]
fn told(variable: &str) -> String {
    std::env::var(variable).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by a_notifier_that_dies_neither_loses_nor_doubles_a_reminder, in a process of its own"]
async fn dies_at_a_reminder() {
    let clock = Arc::new(Hand::default());
    let dir = PathBuf::from(told("TASKFOLD_TEST_DIES_IN"));
    let server = in_files(&dir, &clock).await;
    let anna = server.person("anna").await;
    for _ in 0..3 {
        remind(&anna, clock.in_hours(1)).await;
    }
    crash::arm(Box::leak(told("TASKFOLD_TEST_DIES_AT").into_boxed_str()), 2);
    clock.advance(HOUR);
    until_fired(server.roles.log(), &anna, 4).await;
}

/// Two notifiers that are nothing else, and two command roles that decide for either.
#[tokio::test(flavor = "multi_thread")]
async fn two_notifiers_fire_each_reminder_once() {
    const REMINDERS: usize = 500;
    let clock = Arc::new(Hand::default());
    let mut cluster = Cluster::empty().await;
    for (roles, needs) in [
        (&[Role::Command][..], 0),
        (&[Role::Command], 0),
        (&[Role::Query, Role::Processor], 0),
        (&[Role::Notifier], 2),
        (&[Role::Notifier], 2),
        (&[Role::Gateway], 3),
    ] {
        let wire = Wire {
            listens: needs == 0,
            command: cluster.at(&[0, 1][..needs.min(2)]),
            query: cluster.at(&[2][..usize::from(needs == 3)]),
            ..Wire::default()
        };
        let same = Arc::clone(&clock);
        let with_clock = |options: &mut Options| options.clock = same;
        cluster.add_with(roles, wire, with_clock).await;
    }
    let [anna, _] = cluster.person([5, 5]).await;
    let at = clock.in_hours(1);
    let task = |number: usize| json!({"command": "create_task", "title": format!("{number}"), "reminders": [{"at": at}]});
    for part in 0..REMINDERS / 100 {
        let commands: Vec<_> = (0..100).map(|number| task(part * 100 + number)).collect();
        anna.post("/bulk", json!({"commands": commands})).await.ok();
    }
    clock.advance(HOUR);
    let log = cluster.log().await;
    until_fired(&log, &anna, REMINDERS).await;
    cluster.stop().await;
    let all = fired(&log, anna.workspace).await;
    log.shutdown().await;
    once(&all);
    assert_eq!(all.len(), REMINDERS);
}
