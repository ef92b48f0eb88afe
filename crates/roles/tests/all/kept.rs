//! The command role starts from the snapshots of a workspace, and needs none.

use std::sync::Arc;

use serde_json::json;
use taskfold_contracts::commands::{RegisterUser, UserCommand};
use taskfold_contracts::ids::{CorrelationId, IdSource as _, SystemIds, UserId, WorkspaceId};
use taskfold_contracts::time::SystemClock;
use taskfold_log::{Log, Options, Snapshot};
use taskfold_roles::command::{CacheLimits, CommandRequest, CommandRole, Work, WriteReply};
use taskfold_roles::principal::Principal;
use taskfold_roles::problem::Problem;
use tempfile::TempDir;

/// A log, and the command roles that are started on it one after another.
struct World {
    log: Log,
    user: UserId,
    workspace: WorkspaceId,
    _dir: TempDir,
}

impl World {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log.db");
        let log = Log::open(&path, Options::default(), Arc::new(SystemClock)).unwrap();
        let world = Self {
            log,
            user: UserId(SystemIds.next()),
            workspace: WorkspaceId(SystemIds.next()),
            _dir: dir,
        };
        let person = UserCommand::Register(RegisterUser {
            user_id: world.user,
            workspace_id: world.workspace,
            email: "anna@example.org".to_owned(),
            display_name: "Anna".to_owned(),
            time_zone: "UTC".to_owned(),
            locale: "en".to_owned(),
            is_admin: true,
        });
        let role = world.role();
        world.ask(&role, Work::User(person)).await.unwrap();
        role.shutdown().await;
        world
    }

    /// A role that knows nothing yet.
    fn role(&self) -> CommandRole {
        let limits = CacheLimits {
            snapshot_every: 5,
            ..CacheLimits::default()
        };
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
        CommandRole::new(self.log.clone(), limits, clock, ids)
    }

    async fn ask(&self, role: &CommandRole, work: Work) -> Result<WriteReply, Problem> {
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
        role.execute(request).await
    }

    async fn make(&self, role: &CommandRole, title: &str) -> String {
        let made = json!({"command": "create_task", "title": title});
        let made = Work::Command(serde_json::from_value(made).unwrap());
        self.ask(role, made).await.unwrap().id.unwrap().to_string()
    }

    async fn complete(&self, role: &CommandRole, task: &str) -> Result<WriteReply, Problem> {
        let done = json!({"command": "complete_task", "task_id": task});
        let done = Work::Command(serde_json::from_value(done).unwrap());
        self.ask(role, done).await
    }

    async fn snapshot(&self) -> Option<Snapshot> {
        let key = [b"workspace/".as_slice(), self.workspace.0.as_bytes()].concat();
        let head = self.log.head(self.log.partition_of(self.workspace));
        self.log.latest_snapshot(&key, head).await.unwrap()
    }

    /// Puts one in the place of all.
    async fn put(&self, snapshot: Snapshot) {
        let key = [b"workspace/".as_slice(), self.workspace.0.as_bytes()].concat();
        self.log.remove_snapshots(&key).await.unwrap();
        let put = self
            .log
            .put_snapshot(&key, snapshot.position, snapshot.bytes);
        put.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_takes_the_state_from_a_snapshot() {
    let world = World::new().await;
    let role = world.role();
    let mut early = Vec::new();
    for number in 0..12 {
        early.push(world.make(&role, &format!("early {number}")).await);
    }
    role.shutdown().await;
    let kept = world.snapshot().await.expect("a snapshot after 5 events");

    let role = world.role();
    let late = world.make(&role, "late").await;
    world.complete(&role, &early[0]).await.unwrap();
    world.complete(&role, &late).await.unwrap();
    world.complete(&role, &early[11]).await.unwrap();
    role.shutdown().await;

    // The same state, said to be of now: who starts from it does not know what came since. So it is used.
    let now = world.log.head(kept.position.partition);
    let bytes = kept.bytes;
    world
        .put(Snapshot {
            position: now,
            bytes,
        })
        .await;
    let role = world.role();
    world.complete(&role, &early[1]).await.unwrap();
    let unknown = world.complete(&role, &late).await.unwrap_err();
    assert_eq!(unknown.status, 404, "{unknown:?}");
    role.shutdown().await;
    world.log.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_snapshot_is_as_good_as_none() {
    let world = World::new().await;
    let role = world.role();
    let mut tasks = Vec::new();
    for number in 0..12 {
        tasks.push(world.make(&role, &format!("{number}")).await);
    }
    role.shutdown().await;
    let kept = world.snapshot().await.expect("a snapshot after 5 events");
    let middle = kept.bytes.len() / 2;
    let flipped = kept.bytes.iter().enumerate();
    let flipped = flipped.map(|(at, byte)| if at == middle { byte ^ 1 } else { *byte });
    let damages = [flipped.collect(), kept.bytes[..20].to_vec(), Vec::new()];
    for (damage, task) in damages.into_iter().zip(&tasks) {
        let position = kept.position;
        world
            .put(Snapshot {
                position,
                bytes: damage,
            })
            .await;
        let role = world.role();
        world.complete(&role, task).await.unwrap();
        role.shutdown().await;
    }
    world.log.shutdown().await;
}
