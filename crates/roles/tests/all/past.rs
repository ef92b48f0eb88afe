//! What was is what is read of it later: at random moments, over HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use taskfold_contracts::time::{Clock, Timestamp};

use crate::kit::{Answer, Person, Server};

const COMMANDS: usize = 250;
const MOMENTS: usize = 1_000;
const READS: [&str; 3] = [
    "/tasks?done=true&limit=500",
    "/lists?archived=true",
    "/activity?limit=25",
];

/// Goes on by a second whenever it is told to.
struct Steps(AtomicI64);

impl Clock for Steps {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// What was live at a moment.
struct Live {
    position: String,
    at: Timestamp,
    answers: Vec<Value>,
}

/// Somebody who does this and that.
struct Doer {
    person: Person,
    random: StdRng,
    tasks: Vec<String>,
    lists: Vec<String>,
}

impl Doer {
    fn one_of(&mut self, of: &[String]) -> Option<String> {
        (!of.is_empty()).then(|| of[self.random.random_range(0..of.len())].clone())
    }

    /// A command of a random kind. What is refused today is refused: nothing has happened then.
    async fn act(&mut self, number: usize) {
        let (task, list) = (self.tasks.clone(), self.lists.clone());
        let (task, other, list) = (self.one_of(&task), self.one_of(&task), self.one_of(&list));
        let title = format!("task {number}");
        let kind = self.random.random_range(0..13);
        let person = &self.person;
        let (Some(task), Some(other), Some(list)) = (task, other, list) else {
            let made = person.post("/lists", json!({"name": title})).await.ok();
            self.lists.push(made.id().to_owned());
            let made = person.post("/tasks", json!({"title": title})).await.ok();
            self.tasks.push(made.id().to_owned());
            return;
        };
        let at = format!("/tasks/{task}");
        match kind {
            0..=3 => {
                let body =
                    json!({"title": title, "list_id": list, "tags": [format!("t{}", number % 5)]});
                let made = person.post("/tasks", body).await;
                if made.status == 201 {
                    self.tasks.push(made.id().to_owned());
                }
            }
            4 => drop(
                person
                    .patch(&at, json!({"title": title, "priority": "high"}))
                    .await,
            ),
            5 => drop(person.patch(&at, json!({"blocked_by": [other]})).await),
            6 => drop(person.post(&format!("{at}/complete"), json!({})).await),
            7 => drop(person.post(&format!("{at}/reopen"), json!({})).await),
            8 => drop(
                person
                    .post(&format!("{at}/comments"), json!({"body": title}))
                    .await,
            ),
            9 => drop(person.delete(&at).await),
            10 => drop(person.post(&format!("{at}/restore"), json!({})).await),
            11 => drop(
                person
                    .patch(&format!("/lists/{list}"), json!({"name": title}))
                    .await,
            ),
            _ => drop(person.post("/undo", json!({})).await),
        }
    }
}

/// The rows; the position is where the views are, which is not part of what was.
fn rows(answer: Answer) -> Value {
    answer.ok().body["items"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_random_moments_are_what_was_live_then() {
    let clock = Arc::new(Steps(AtomicI64::new(1_780_000_000_000)));
    let of_server = Arc::clone(&clock);
    let server = Server::with(tempfile::tempdir().unwrap(), |options| {
        options.clock = of_server;
        options.gateway.rate = None;
    })
    .await;
    let anna = server.person("anna").await;
    let mut doer = Doer {
        person: anna.clone(),
        random: StdRng::seed_from_u64(7),
        tasks: Vec::new(),
        lists: Vec::new(),
    };
    let mut live: Vec<Live> = Vec::new();
    for number in 0..COMMANDS {
        clock.0.fetch_add(1_000, Ordering::SeqCst);
        doer.act(number).await;
        let position = server.head(anna.workspace).to_string();
        if live.last().is_some_and(|last| last.position == position) {
            continue;
        }
        let mut answers = Vec::with_capacity(READS.len());
        for read in READS {
            answers.push(rows(anna.get_at(read, &position).await));
        }
        let at = clock.now();
        live.push(Live {
            position,
            at,
            answers,
        });
    }
    assert!(
        live.len() > COMMANDS / 2,
        "too little happened: {}",
        live.len()
    );
    let mut random = StdRng::seed_from_u64(8);
    for round in 0..MOMENTS {
        let then = &live[random.random_range(0..live.len())];
        let read = random.random_range(0..READS.len());
        // By time: anywhere in the second before the next command.
        let late = Timestamp::from_millis(then.at.as_millis() + random.random_range(0..1_000));
        let moment = if round % 2 == 0 {
            then.position.clone()
        } else {
            late.to_string()
        };
        let path = format!("{}&as_of={moment}", READS[read]);
        let past = rows(anna.get_now(&path).await);
        assert_eq!(
            past, then.answers[read],
            "{path} (position {})",
            then.position
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_is_good_for_its_own_moment_alone() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    anna.make_tasks(5).await;
    let then = server.head(anna.workspace).to_string();
    anna.task("later").await;
    for path in [
        "/tasks?limit=2&sort=title",
        "/activity?limit=2",
        "/search?q=task&limit=2",
    ] {
        let cursor = |answer: Answer| answer.body["next_cursor"].as_str().unwrap().to_owned();
        let live = cursor(anna.get(&server, path).await.ok());
        let past = cursor(anna.get_now(&format!("{path}&as_of={then}")).await.ok());
        let other = server.head(anna.workspace);
        for (cursor, as_of, good) in [
            (&live, String::new(), true),
            (&live, format!("&as_of={then}"), false),
            (&past, format!("&as_of={then}"), true),
            (&past, String::new(), false),
            (&past, format!("&as_of={other}"), false),
        ] {
            let page = anna
                .get_now(&format!("{path}{as_of}&cursor={cursor}"))
                .await;
            if good {
                assert_eq!(page.ok().body["items"].as_array().unwrap().len(), 2);
                continue;
            }
            page.assert_problem(422, "invalid");
            let fault = &page.body["errors"][0];
            assert_eq!(
                (&fault["field"], &fault["code"]),
                (&json!("cursor"), &json!("other_moment"))
            );
        }
    }
    server.stop().await;
}
