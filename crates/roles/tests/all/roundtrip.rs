//! A workspace that went through many commands, exported and imported into an empty one, is equal to what
//! it was: what an export says of both differs in ids and origins only.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::kit::{Person, Server};
use crate::members::share;

/// Numbers that look random and are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit as u64).unwrap()
    }

    fn pick<'a>(&mut self, from: &'a [String]) -> &'a str {
        &from[self.below(from.len())]
    }
}

/// Somebody at work in a workspace.
struct Work<'a> {
    server: &'a Server,
    who: [&'a Person; 2],
    at: String,
    random: Random,
    tasks: Vec<String>,
    lists: Vec<String>,
    comments: Vec<(String, usize)>,
    done: BTreeMap<&'static str, usize>,
}

impl Work<'_> {
    async fn post(&mut self, kind: &'static str, by: usize, path: &str, body: Value) -> Value {
        let answer = self.who[by].post(&format!("{path}{}", self.at), body).await;
        assert!(answer.status < 500, "{path}: {}", answer.body);
        if answer.status < 300 {
            *self.done.entry(kind).or_default() += 1;
        }
        answer.body
    }

    async fn step(&mut self) {
        let by = self.random.below(2);
        let task = self.random.pick(&self.tasks.clone()).to_owned();
        match self.random.below(16) {
            0..=3 => self.make(by).await,
            4 => {
                let list = self.random.pick(&self.lists.clone()).to_owned();
                let to = json!({"list_id": list, "parent_id": null});
                self.post("move", by, &format!("/tasks/{task}/move"), to)
                    .await;
            }
            5 => self.edit(by, &task).await,
            6 | 7 => {
                self.post(
                    "complete",
                    by,
                    &format!("/tasks/{task}/complete"),
                    json!({}),
                )
                .await;
            }
            8 => {
                self.post("reopen", by, &format!("/tasks/{task}/reopen"), json!({}))
                    .await;
            }
            9 => {
                let path = format!("/tasks/{task}{}", self.at);
                if self.who[by].delete(&path).await.status < 300 {
                    *self.done.entry("delete").or_default() += 1;
                }
            }
            10 => {
                self.post("restore", by, &format!("/tasks/{task}/restore"), json!({}))
                    .await;
            }
            11 | 12 => {
                let body = json!({"body": format!("by {by} on *{task}*")});
                let path = format!("/tasks/{task}/comments");
                self.post("comment", by, &path, body).await;
                self.comments.push((task, by));
            }
            13 => self.lists(by).await,
            14 => {
                self.post("undo", by, "/undo", json!({})).await;
            }
            _ => self.reword().await,
        }
    }

    async fn make(&mut self, by: usize) {
        let number = self.tasks.len();
        let priority = ["none", "low", "medium", "high", "urgent"][number % 5];
        let tags = &["one", "Two, three"][..=number % 2];
        let mut task = json!({"title": format!("Task {number} ä"), "description": "*a*\n\nb"});
        task["priority"] = json!(priority);
        task["tags"] = json!(tags);
        match self.random.below(6) {
            0 => {
                task["due"] =
                    json!({"date": "2026-12-01", "time": "09:00:00", "zone": "Europe/Berlin"});
                task["recurrence"] =
                    json!({"rule": "FREQ=WEEKLY;COUNT=7", "except": ["2026-12-15"]});
                task["reminders"] = json!([{"minutes_before_due": 30}]);
            }
            1 => {
                task["due"] = json!({"date": "2027-01-01"});
                task["start"] = json!("2026-12-30");
                task["reminders"] = json!([{"at": "2026-12-31T10:00:00Z"}]);
            }
            2 => task["parent_id"] = self.random.pick(&self.tasks).into(),
            3 => task["list_id"] = self.random.pick(&self.lists).into(),
            4 => task["assignee_id"] = self.who[self.random.below(2)].user.to_string().into(),
            _ => task["blocked_by"] = json!([self.random.pick(&self.tasks).to_owned()]),
        }
        let made = self.post("make", by, "/tasks", task).await;
        self.tasks.extend(made["id"].as_str().map(str::to_owned));
    }

    async fn edit(&mut self, by: usize, task: &str) {
        let path = format!("/tasks/{task}{}", self.at);
        let tag = format!("t{}", self.random.below(9));
        let edit = json!({"title": format!("Edited {tag}"), "add_tags": [tag]});
        if self.who[by].patch(&path, edit).await.status < 300 {
            *self.done.entry("edit").or_default() += 1;
        }
    }

    async fn lists(&mut self, by: usize) {
        let list = self.random.pick(&self.lists.clone()).to_owned();
        let (kind, path) = match self.random.below(5) {
            0 => ("archive", format!("/lists/{list}/archive")),
            1 => ("unarchive", format!("/lists/{list}/unarchive")),
            2 => ("restore list", format!("/lists/{list}/restore")),
            3 => {
                if self.who[by]
                    .delete(&format!("/lists/{list}{}", self.at))
                    .await
                    .status
                    < 300
                {
                    *self.done.entry("delete list").or_default() += 1;
                }
                return;
            }
            _ => {
                let name = json!({"name": "List", "color": "#00ff00"});
                let made = self.post("list", by, "/lists", name).await;
                self.lists.extend(made["id"].as_str().map(str::to_owned));
                return;
            }
        };
        self.post(kind, by, &path, json!({})).await;
    }

    async fn reword(&mut self) {
        if self.comments.is_empty() {
            return;
        }
        let index = self.random.below(self.comments.len());
        let (task, by) = self.comments[index].clone();
        let comments = format!("/tasks/{task}/comments");
        let said = self.who[by]
            .get(self.server, &format!("{comments}{}", self.at))
            .await;
        let said = said.ok().body["items"].clone();
        let me = json!(self.who[by].user);
        let own = |it: &&Value| it["author_id"] == me;
        let Some(own) = said.as_array().unwrap().iter().find(own) else {
            return;
        };
        let comment = own["comment_id"].as_str().unwrap();
        let path = format!("{comments}/{comment}{}", self.at);
        let body = json!({"body": "reworded"});
        if self.who[by].patch(&path, body).await.status < 300 {
            *self.done.entry("reword").or_default() += 1;
        }
    }
}

/// An export without what is of the moment, its ids in the order in which it names them.
fn neutral(export: &Value, people: &BTreeMap<String, &str>) -> Value {
    let mut whole = export.clone();
    let object = whole.as_object_mut().unwrap();
    object.remove("exported_at");
    let mut persons: Vec<_> = object.remove("people").unwrap().as_array().unwrap().clone();
    persons.sort_by_key(|person| person["email"].to_string());
    object.insert("people".to_owned(), persons.into());
    for kind in ["lists", "tasks"] {
        for thing in object[kind].as_array_mut().unwrap() {
            thing.as_object_mut().unwrap().remove("origin");
        }
    }
    // A filter has no stream of its own that would say where it is: its id is made anew.
    for filter in object["filters"].as_array_mut().unwrap() {
        filter.as_object_mut().unwrap().remove("id");
    }
    let mut text = whole.to_string();
    for (id, name) in people {
        text = text.replace(id, name);
    }
    serde_json::from_str(&text).unwrap()
}

async fn export(who: &Person, server: &Server, at: &str) -> Value {
    who.get(server, &format!("/export{at}")).await.ok().body
}

async fn went_through(seed: u64) -> BTreeMap<&'static str, usize> {
    let (here, there) = (Server::busy().await, Server::busy().await);
    let (anna, bert) = (here.person("anna").await, here.person("bert").await);
    let at = format!("?workspace={}", share(&anna, &bert, "editor").await);
    let mut work = Work {
        server: &here,
        who: [&anna, &bert],
        at: at.clone(),
        random: Random(seed),
        tasks: Vec::new(),
        lists: Vec::new(),
        comments: Vec::new(),
        done: BTreeMap::new(),
    };
    let task = work
        .post("first", 0, "/tasks", json!({"title": "First"}))
        .await;
    work.tasks.push(task["id"].as_str().unwrap().to_owned());
    let list = work
        .post("first", 0, "/lists", json!({"name": "First"}))
        .await;
    work.lists.push(list["id"].as_str().unwrap().to_owned());
    let filter = json!({"name": "Soon", "query": "due < +7d", "sort": "due"});
    let saved = work.post("filter", 1, "/filters", filter).await;
    assert_ne!(saved["id"], Value::Null, "{saved}");
    for _ in 0..120 {
        work.step().await;
    }
    let before = export(&anna, &here, &at).await;

    // The same two people elsewhere: they are found by their addresses.
    let (anna2, bert2) = (there.person("anna").await, there.person("bert").await);
    let at2 = format!("?workspace={}", share(&anna2, &bert2, "editor").await);
    let answer = anna2
        .post_bytes(&format!("/import{at2}"), before.to_string().as_bytes())
        .await;
    let report = answer.ok().body;
    assert_eq!(
        (&report["lost"], &report["warnings"]),
        (&json!([]), &json!([]))
    );
    let after = export(&anna2, &there, &at2).await;
    let names = |anna: &Person, bert: &Person| {
        BTreeMap::from([
            (anna.user.to_string(), "anna"),
            (bert.user.to_string(), "bert"),
        ])
    };
    let (left, right) = (
        neutral(&before, &names(&anna, &bert)),
        neutral(&after, &names(&anna2, &bert2)),
    );
    for kind in ["lists", "filters", "people", "tasks"] {
        let (left, right) = (
            left[kind].as_array().unwrap(),
            right[kind].as_array().unwrap(),
        );
        assert_eq!(left.len(), right.len(), "{kind}");
        for (left, right) in left.iter().zip(right) {
            assert_eq!(left, right, "seed {seed}");
        }
    }

    // Again: nothing. Undone: all of it goes, and importing again brings it back as it was.
    let file = before.to_string();
    let again = async || {
        let answer = anna2
            .post_bytes(&format!("/import{at2}"), file.as_bytes())
            .await;
        answer.ok().body
    };
    assert_eq!(again().await["change_id"], Value::Null);
    assert_eq!(export(&anna2, &there, &at2).await["tasks"], after["tasks"]);
    let undo = json!({"change_id": report["change_id"]});
    anna2.post(&format!("/undo{at2}"), undo).await.ok();
    let open = |export: &Value| {
        let all = ["tasks", "lists"].map(|kind| export[kind].as_array().unwrap().clone());
        let live = |thing: &&Value| thing["deleted_at"].is_null();
        all.iter().flatten().filter(live).count()
    };
    assert_eq!(open(&export(&anna2, &there, &at2).await), 0);
    let back = again().await;
    assert_eq!(back["restored"], open(&after), "{back}");
    let restored = export(&anna2, &there, &at2).await;
    assert_eq!(open(&restored), open(&after));
    let places = |export: &Value| -> Vec<Value> {
        let of =
            |task: &Value| json!([task["id"], task["list_id"], task["parent_id"], task["rank"]]);
        export["tasks"].as_array().unwrap().iter().map(of).collect()
    };
    assert_eq!(places(&restored), places(&after));
    let done = work.done.clone();
    here.stop().await;
    there.stop().await;
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_an_export_gives_an_equal_workspace() {
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in [1, 20, 333, 4_000] {
        for (kind, count) in Box::pin(went_through(seed)).await {
            *all.entry(kind).or_default() += count;
        }
    }
    for kind in [
        "make",
        "move",
        "edit",
        "complete",
        "reopen",
        "delete",
        "restore",
        "comment",
        "reword",
        "undo",
        "list",
        "archive",
        "unarchive",
        "delete list",
        "restore list",
    ] {
        assert!(all.contains_key(kind), "nobody did {kind}: {all:?}");
    }
}
