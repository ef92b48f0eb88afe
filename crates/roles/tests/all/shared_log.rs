//! Processes on one log in PostgreSQL that share nothing else. Where two command roles are alone, each learns of the
//! other's commits only when it asks.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use taskfold_contracts::commands::{RegisterUser, UserCommand};
use taskfold_contracts::ids::{CorrelationId, IdSource as _, SystemIds, UserId, WorkspaceId};
use taskfold_contracts::time::SystemClock;
use taskfold_kit::Postgres;
use taskfold_log::{Log, Migrate, Options, PostgresOptions};
use taskfold_roles::command::{CacheLimits, CommandRequest, CommandRole, Work, WriteReply};
use taskfold_roles::internal::{Address, generate};
use taskfold_roles::principal::Principal;
use taskfold_roles::problem::Problem;
use taskfold_roles::process::{self, Process, Role, Servers, Store, Wire};
use tempfile::TempDir;

use crate::deployment::{Serving, prepare, until_there_are_views};
use crate::kit::{PATIENCE, Person};
use crate::sockets::events_upto;

/// Two processes, and somebody who talks to either.
struct Two {
    roles: [CommandRole; 2],
    logs: [Log; 2],
    user: UserId,
    workspace: WorkspaceId,
}

impl Two {
    async fn start() -> Self {
        let url = Postgres::shared().database().unwrap();
        let mut postgres = PostgresOptions::new(vec![url]);
        // Nothing is learnt by waiting.
        postgres.poll = Duration::from_hours(1);
        let migrated = Log::migrate(&postgres, &Migrate::default()).await;
        migrated.unwrap();
        let mut logs = Vec::new();
        for _ in 0..2 {
            let options = Options {
                partitions: Migrate::default().partitions,
                ..Options::default()
            };
            let opened = Log::connect(postgres.clone(), options, Arc::new(SystemClock)).await;
            logs.push(opened.unwrap());
        }
        let logs: [Log; 2] = logs.try_into().unwrap();
        let roles = logs.each_ref().map(|log| {
            let limits = CacheLimits::default();
            CommandRole::new(
                log.clone(),
                limits,
                Arc::new(SystemClock),
                Arc::new(SystemIds),
            )
        });
        let two = Self {
            roles,
            logs,
            user: UserId(SystemIds.next()),
            workspace: WorkspaceId(SystemIds.next()),
        };
        let person = UserCommand::Register(RegisterUser {
            user_id: two.user,
            workspace_id: two.workspace,
            email: "anna@example.org".to_owned(),
            display_name: "Anna".to_owned(),
            time_zone: "UTC".to_owned(),
            locale: "en".to_owned(),
            is_admin: true,
        });
        two.ask(0, Work::User(person)).await.unwrap();
        two
    }

    async fn ask(&self, at: usize, work: Work) -> Result<WriteReply, Problem> {
        let request = CommandRequest {
            principal: Principal {
                user_id: self.user,
                agent: false,
            },
            workspace_id: self.workspace,
            work,
            if_match: None,
            idempotency_key: None,
            correlation_id: CorrelationId(SystemIds.next()),
            zone: None,
        };
        self.roles[at].execute(request).await
    }

    async fn command(&self, at: usize, command: serde_json::Value) -> Result<WriteReply, Problem> {
        let command = serde_json::from_value(command).unwrap();
        self.ask(at, Work::Command(command)).await
    }

    async fn make(&self, at: usize, title: &str) -> String {
        let made = json!({"command": "create_task", "title": title});
        let made = self.command(at, made).await.unwrap();
        made.id.unwrap().to_string()
    }

    async fn close(self) {
        for log in self.logs {
            log.shutdown().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_stored_the_other_knows() {
    let two = Two::start().await;
    let task = two.make(0, "x").await;
    let change = |at: usize| {
        let (two, task) = (&two, &task);
        async move {
            let title = format!("by {at}");
            let update = json!({"command": "update_task", "task_id": task, "title": title});
            two.command(at, update).await.unwrap()
        }
    };
    // Each of them changes what the other changed last.
    for turn in 0..6 {
        change(turn % 2).await;
    }
    let done = json!({"command": "complete_task", "task_id": task});
    two.command(1, done).await.unwrap();
    // What was just made elsewhere is found among several, too.
    let other = two.make(0, "y").await;
    let done = json!({"command": "complete_task", "task_id": other});
    let bulk = Work::Bulk(vec![serde_json::from_value(done).unwrap()]);
    let results = two.ask(1, bulk).await.unwrap().results.unwrap();
    assert!(!results[0].is_refused(), "{:?}", results[0]);
    two.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_takes_back_the_last_change_wherever_it_was_made() {
    let two = Two::start().await;
    let first = two.make(0, "first").await;
    // The other process knows the state up to here.
    let known = json!({"command": "update_task", "task_id": first, "title": "1st"});
    two.command(1, known).await.unwrap();
    let second = two.make(0, "second").await;
    two.ask(1, Work::UndoLast).await.unwrap();
    let done = |task| json!({"command": "complete_task", "task_id": task});
    assert!(
        two.command(0, done(second)).await.is_err(),
        "it is in the trash"
    );
    two.command(0, done(first)).await.unwrap();
    two.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_between_processes_are_decided_again() {
    let two = Two::start().await;
    let task = two.make(0, "x").await;
    let commenting = |at: usize| {
        let (two, task) = (&two, &task);
        async move {
            for number in 0..20 {
                let body = format!("{at}/{number}");
                let comment = json!({"command": "add_comment", "task_id": task, "body": body});
                two.command(at, comment).await.unwrap();
            }
        }
    };
    tokio::join!(commenting(0), commenting(1));
    two.close().await;
}

/// Processes of one installation.
pub(crate) struct Cluster {
    servers: Servers,
    keys: TempDir,
    pub(crate) running: Vec<(Serving, Process, TempDir)>,
}

impl Cluster {
    /// None yet.
    pub(crate) async fn empty() -> Self {
        Self::on(&Postgres::shared().database().unwrap()).await
    }

    /// None yet, on a database of one's own.
    pub(crate) async fn on(url: &str) -> Self {
        let servers = prepare(url, Migrate::default().partitions).await;
        let keys = tempfile::tempdir().unwrap();
        generate(keys.path(), "test").unwrap();
        Self {
            servers,
            keys,
            running: Vec::new(),
        }
    }

    /// Two gateways, two processes with the role command, one with query and processor.
    async fn start() -> Self {
        let mut cluster = Self::empty().await;
        let listens = Wire {
            listens: true,
            ..Wire::default()
        };
        for roles in [
            &[Role::Command][..],
            &[Role::Command],
            &[Role::Query, Role::Processor],
        ] {
            cluster.add(roles, listens.clone()).await;
        }
        until_there_are_views(&cluster.running[2].1).await;
        for _ in 0..2 {
            cluster.gateway(&[0, 1], &[2]).await;
        }
        cluster
    }

    /// The log, to be read, also when the processes are gone.
    pub(crate) async fn log(&self) -> Log {
        let options = Options {
            partitions: Migrate::default().partitions,
            ..Options::default()
        };
        let log = Log::connect_read_only(self.servers.log.clone(), options);
        log.await.unwrap()
    }

    /// Where some of them take messages.
    pub(crate) fn at(&self, all: &[usize]) -> Vec<Address> {
        let all = all.iter();
        all.map(|at| self.running[*at].0.url().parse().unwrap())
            .collect()
    }

    /// A gateway to these.
    pub(crate) async fn gateway(&mut self, commands: &[usize], queries: &[usize]) {
        let wire = Wire {
            command: self.at(commands),
            query: self.at(queries),
            ..Wire::default()
        };
        self.add(&[Role::Gateway], wire).await;
    }

    pub(crate) async fn add(&mut self, roles: &[Role], wire: Wire) {
        self.add_with(roles, wire, |_| {}).await;
    }

    pub(crate) async fn add_with(
        &mut self,
        roles: &[Role],
        wire: Wire,
        change: impl FnOnce(&mut process::Options),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let defaults = process::Options::new(dir.path());
        let mut options = process::Options {
            roles: roles.iter().copied().collect(),
            store: Store::Servers(Box::new(self.servers.clone())),
            log: Options {
                partitions: Migrate::default().partitions,
                ..Options::default()
            },
            wire: Wire {
                keys: Some(self.keys.path().to_owned()),
                ..wire
            },
            ..defaults
        };
        change(&mut options);
        let process = Process::start(options).await.unwrap();
        let router = if roles.contains(&Role::Gateway) {
            process.router()
        } else {
            process.internal_router()
        };
        self.running
            .push((Serving::begin(router).await, process, dir));
    }

    /// Somebody, at both gateways.
    pub(crate) async fn person(&self, gateways: [usize; 2]) -> [Person; 2] {
        let email = "anna@example.org";
        let (_, gateway, _) = &self.running[gateways[0]];
        let token = gateway.create_local_token(email, "test").await.unwrap();
        let accounts = gateway.identity().unwrap();
        let account = accounts.account_by_email(email).await.unwrap().unwrap();
        gateways.map(|at| Person {
            client: reqwest::Client::builder()
                .timeout(PATIENCE)
                .build()
                .unwrap(),
            api: format!("{}/api/v1", self.running[at].0.url()),
            user: account.user_id,
            workspace: account.personal_workspace,
            token: token.secret.clone(),
        })
    }

    pub(crate) async fn stop(self) {
        for (serving, process, _) in self.running.into_iter().rev() {
            process.close_sockets();
            serving.end().await;
            process.shutdown().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_gateway_acknowledged_the_other_shows() {
    let cluster = Cluster::start().await;
    let [here, there] = cluster.person([3, 4]).await;
    let mut socket = there.follow("").await;
    let mut last = None;
    for turn in 0..10 {
        let made = here
            .post("/tasks", json!({"title": format!("{turn}")}))
            .await;
        let position = made.position().to_owned();
        // At once, at the other: the task, and a live socket from there on.
        let task = format!("/tasks/{}", made.id());
        there.get_at(&task, &position).await.ok();
        drop(there.follow(&format!("?from={position}")).await);
        let past = there.get_now(&format!("{task}?as_of={position}")).await;
        assert_eq!(past.ok().body["title"], format!("{turn}"));
        last = Some(position.parse().unwrap());
    }
    let (ids, _) = events_upto(&mut socket, last.unwrap()).await;
    assert!(ids.len() >= 10, "{ids:?}");
    let far = here.get_at("/tasks", "0:999999").await;
    far.assert_problem(400, "position_ahead");
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_is_for_one_process() {
    let cluster = Cluster::start().await;
    let (_, _, dir) = &cluster.running[0];
    let options = process::Options {
        store: Store::Servers(Box::new(cluster.servers.clone())),
        ..process::Options::new(dir.path())
    };
    let refused = Process::start(options).await.err().unwrap();
    assert!(refused.to_string().contains("in use"), "{refused}");
    cluster.stop().await;
}
