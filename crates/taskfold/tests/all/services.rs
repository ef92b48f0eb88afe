//! Roles as processes of their own, on PostgreSQL.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use taskfold_kit::Postgres;

use crate::kit::{Home, Ran, Server, finish};

/// The database of one installation, and the homes of its processes.
struct Installation {
    url: String,
    keys: Home,
    /// Where the gateway runs, and commands beside it.
    gateway: Home,
}

impl Installation {
    fn new() -> Self {
        let url = Postgres::shared().database().unwrap();
        let keys = Home::in_files();
        let directory = keys.path("keys");
        let made = ["keys", "new", "test", "--directory"];
        let made = made.into_iter().chain([directory.to_str().unwrap()]);
        keys.run(&made.collect::<Vec<_>>()).ok();
        Self {
            url,
            keys,
            gateway: Home::in_files(),
        }
    }

    /// A command in one of the homes, with what all processes are configured with.
    fn command(&self, home: &Home, arguments: &[&str]) -> Command {
        let mut command = home.command(arguments);
        command
            .env("TASKFOLD_STORE__KIND", "postgres")
            .env("TASKFOLD_STORE__URLS", &self.url)
            .env("TASKFOLD_STORE__PARTITIONS", "16")
            .env("TASKFOLD_INTERNAL__KEYS", self.keys.path("keys"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        finish(&mut self.command(&self.gateway, arguments))
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let all: Vec<_> = ["--json"].iter().chain(arguments).copied().collect();
        self.run(&all).ok().json()
    }

    /// A process that others send messages to.
    fn behind(&self, home: &Home, roles: &[&str]) -> Server {
        let mut arguments = vec!["serve"];
        for role in roles {
            arguments.extend(["--role", role]);
        }
        let mut command = self.command(home, &arguments);
        Server::start(command.env("TASKFOLD_SERVE__INTERNAL_LISTEN", "127.0.0.1:0"))
    }

    fn front(&self, commands: &[&Server], queries: &[&Server]) -> Server {
        let urls = |all: &[&Server]| {
            let all: Vec<_> = all.iter().map(|server| &server.url).collect();
            serde_json::to_string(&all).unwrap()
        };
        let serve = ["serve", "--role", "gateway", "--listen", "127.0.0.1:0"];
        let mut command = self.command(&self.gateway, &serve);
        command
            .env("TASKFOLD_UPSTREAM__COMMAND", urls(commands))
            .env("TASKFOLD_UPSTREAM__QUERY", urls(queries));
        Server::start(&mut command)
    }
}

#[test]
fn an_installation_is_migrated_once_and_servers_only_check() {
    let installation = Installation::new();
    let home = Home::in_files();
    let command = ["serve", "--role", "command"];
    let mut early = installation.command(&home, &command);
    let early = finish(early.env("TASKFOLD_SERVE__INTERNAL_LISTEN", "127.0.0.1:0")).code(1);
    assert!(early.err.contains("taskfold migrate"), "{}", early.err);
    let check = installation.run(&["migrate", "--check"]).code(6);
    assert!(check.err.contains("migrations"), "{}", check.err);
    let done = installation.run(&["migrate"]).ok();
    assert!(done.out.contains("0001_log"), "{}", done.out);
    let again = installation.run(&["migrate"]).ok();
    assert!(again.out.contains("up to date"), "{}", again.out);
    installation.run(&["migrate", "--check"]).ok();
    let shown = installation.run(&["config"]).ok();
    assert!(shown.out.contains("store.urls"), "{}", shown.out);
}

/// How long a process may take to end: ten seconds, and as long as a disk that others fill may stand still.
const ENDED: Duration = Duration::from_secs(25);

#[test]
fn people_use_services_as_they_use_one_server() {
    let installation = Installation::new();
    installation.run(&["migrate"]).ok();
    let homes = [(); 5].map(|()| Home::in_files());
    let first = installation.behind(&homes[0], &["command"]);
    let second = installation.behind(&homes[1], &["command"]);
    let processor = installation.behind(&homes[2], &["processor"]);
    let queries = [3, 4].map(|at: usize| installation.behind(&homes[at], &["query"]));
    let gateway = installation.front(&[&first, &second], &[&queries[0], &queries[1]]);
    let whoami = installation.run(&["whoami"]).ok();
    assert!(whoami.out.contains(&gateway.url), "{}", whoami.out);
    let task = installation.json(&["add", "Water the plants tomorrow #home"]);
    let task = task["task_id"].as_str().unwrap().to_owned();
    let titles = || {
        let page = installation.json(&["list"]);
        let items = page["items"].as_array().unwrap().iter();
        let titles = items.map(|task| task["title"].as_str().unwrap().to_owned());
        titles.collect::<Vec<_>>()
    };
    assert_eq!(titles(), ["Water the plants"]);
    installation.run(&["done", &task]).ok();
    assert!(titles().is_empty());
    installation.run(&["undo"]).ok();
    assert_eq!(titles(), ["Water the plants"]);
    assert_eq!(installation.json(&["log", "verify"])["sound"], true);
    rebuild_under_load(&installation);
    // One of the two may go: the other takes over.
    assert_eq!(first.stop(), Some(0));
    installation.run(&["add", "Still here"]).ok();
    let [query, spare] = queries;
    let left = [
        ("gateway", gateway),
        ("query", query),
        ("query", spare),
        ("processor", processor),
        ("command", second),
    ];
    for (name, server) in left {
        let begun = Instant::now();
        assert_eq!(server.stop(), Some(0), "{name}");
        assert!(begun.elapsed() < ENDED, "{name}");
    }
}

/// Views are built anew and switched to, and back, while people add tasks.
fn rebuild_under_load(installation: &Installation) {
    let added = std::thread::scope(|scope| {
        let switching = scope.spawn(|| {
            let rebuilt = installation.json(&["views", "rebuild", "--verify"]);
            assert_eq!(rebuilt["equal"], true, "{rebuilt}");
            assert_eq!(rebuilt["hash"].as_str().map(str::len), Some(64));
            let back = installation.json(&["views", "switch-back", "--verify"]);
            assert_eq!(back["equal"], true, "{back}");
            let before = (&rebuilt["generation"], &back["generation"]);
            assert_eq!(before, (&Value::from(2), &Value::from(1)));
        });
        let mut added = 0;
        while added == 0 || !switching.is_finished() {
            installation.run(&["add", "Meanwhile"]).ok();
            added += 1;
        }
        added
    });
    let page = installation.json(&["list", "title:Meanwhile", "--limit", "500"]);
    assert_eq!(page["items"].as_array().map(Vec::len), Some(added));
    let rebuilt = installation.run(&["views", "rebuild", "--verify"]).ok();
    assert!(rebuilt.out.contains("hash "), "{}", rebuilt.out);
    let letters = installation.run(&["deadletters", "list"]).ok();
    assert!(letters.err.contains("no dead letters"), "{}", letters.err);
}

#[test]
fn what_a_role_lacks_is_named() {
    let home = Home::in_files();
    let serve = |roles: &[&str]| {
        let mut arguments = vec!["serve"];
        for role in roles {
            arguments.extend(["--role", role]);
        }
        home.run(&arguments).code(2).err
    };
    assert!(serve(&["gateway"]).contains("upstream.command"));
    assert!(serve(&["gateway", "command"]).contains("upstream.query"));
    assert!(serve(&["command"]).contains("serve.internal_listen"));
    assert!(serve(&["query"]).contains("--role processor"));
    assert!(serve(&["notifier"]).contains("--role processor"));
    assert!(serve(&["postman"]).contains("there is no role \"postman\""));
    let mut alone = home.command(&["serve"]);
    alone
        .env("TASKFOLD_STORE__KIND", "postgres")
        .env("TASKFOLD_STORE__URLS", "[]");
    let alone = finish(&mut alone).code(2);
    assert!(alone.err.contains("store.urls"), "{}", alone.err);
}
