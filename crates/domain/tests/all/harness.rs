//! A workspace with a log in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::tz::TimeZone;
use taskfold_contracts::commands::{Command, CreateTask, RegisterUser, Restore};
use taskfold_contracts::envelope::{Envelope, Header};
use taskfold_contracts::ids::{
    ChangeId, CorrelationId, EventId, IdSource, ListId, StreamId, TaskId, UserId, WorkspaceId,
};
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Actor, Role};
use taskfold_domain::{
    Context, Decided, Decision, Rejection, StreamHistory, Task, User, Workspace, undo, undone_by,
};
use uuid::Uuid;

pub(crate) struct Ids(AtomicU64);

impl IdSource for Ids {
    fn next(&self) -> Uuid {
        Uuid::from_u64_pair(7, self.0.fetch_add(1, Ordering::Relaxed))
    }
}

pub(crate) struct World {
    pub(crate) log: Vec<Envelope>,
    pub(crate) state: Workspace,
    pub(crate) ids: Ids,
    pub(crate) now: Timestamp,
    pub(crate) zone: TimeZone,
    pub(crate) last: Decision,
}

/// A decision on its way to the log, with the versions that it was taken on.
pub(crate) struct Write {
    pub(crate) decision: Decision,
    pub(crate) expected: BTreeMap<StreamId, Version>,
}

pub(crate) const OWNER: u64 = 1;

pub(crate) fn user(n: u64) -> UserId {
    UserId(Uuid::from_u64_pair(1, n))
}

pub(crate) fn task(n: u64) -> TaskId {
    TaskId(Uuid::from_u64_pair(2, n))
}

pub(crate) fn list(n: u64) -> ListId {
    ListId(Uuid::from_u64_pair(3, n))
}

pub(crate) fn home() -> WorkspaceId {
    WorkspaceId(Uuid::from_u64_pair(4, 1))
}

impl World {
    /// A shared workspace whose owner is user 1.
    pub(crate) fn new() -> Self {
        Self::of(false)
    }

    pub(crate) fn of(personal: bool) -> Self {
        let mut world = Self {
            log: Vec::new(),
            state: Workspace::new(home()),
            ids: Ids(AtomicU64::new(1)),
            now: "2026-11-20T10:00:00Z".parse().unwrap(),
            zone: TimeZone::UTC,
            last: Decision::default(),
        };
        let ctx = world.ctx(Actor::System);
        let register = |workspace_id| RegisterUser {
            user_id: user(OWNER),
            workspace_id,
            email: "ada@example.org".into(),
            display_name: "Ada".into(),
            time_zone: "UTC".into(),
            locale: "en".into(),
            is_admin: true,
        };
        let mine = taskfold_domain::register(&ctx, &register(home())).unwrap();
        let decision = if personal {
            mine
        } else {
            let other = WorkspaceId(Uuid::from_u64_pair(4, 2));
            let decision = taskfold_domain::register(&ctx, &register(other)).unwrap();
            let mut person = User::new(user(OWNER));
            let change = ChangeId(world.ids.next());
            for envelope in world.envelopes(change, &decision.events, Actor::System, None) {
                person.apply(&envelope);
            }
            let make = taskfold_contracts::commands::UserCommand::CreateWorkspace {
                workspace_id: home(),
                name: "Team".into(),
            };
            person
                .decide(&world.ctx(Actor::User(user(OWNER))), &make)
                .unwrap()
        };
        world.append(decision, Actor::User(user(OWNER)), None);
        world
    }

    pub(crate) fn ctx(&self, actor: Actor) -> Context<'_> {
        Context {
            actor,
            now: self.now,
            zone: &self.zone,
            ids: &self.ids,
        }
    }

    pub(crate) fn owner() -> Actor {
        Actor::User(user(OWNER))
    }

    fn envelopes(
        &self,
        change: ChangeId,
        events: &[Decided],
        actor: Actor,
        undoes: Option<ChangeId>,
    ) -> Vec<Envelope> {
        let mut made: Vec<Envelope> = Vec::new();
        for decided in events {
            let stream = decided.event.stream();
            let on = |envelope: &&Envelope| envelope.header.stream_id == stream;
            let held = self.log.iter().chain(&made).filter(on).count() as u64;
            let header = Header {
                position: Position {
                    partition: 0,
                    number: (self.log.len() + made.len() + 1) as u64,
                },
                event_id: EventId(self.ids.next()),
                workspace_id: home(),
                stream_id: stream,
                version: Version(held + 1),
                event_type: decided.event.event_type().as_str().into(),
                schema_version: 1,
                recorded_at: self.now,
                actor,
                change_id: change,
                undoes,
                correlation_id: CorrelationId(change.0),
                causation_id: None,
                key_id: None,
            };
            let occurred_at = decided.occurred_at;
            made.push(Envelope {
                header,
                occurred_at,
                event: decided.event.clone(),
            });
        }
        made
    }

    pub(crate) fn append(
        &mut self,
        decision: Decision,
        actor: Actor,
        undoes: Option<ChangeId>,
    ) -> ChangeId {
        let change = ChangeId(self.ids.next());
        self.append_as(change, decision, actor, undoes);
        change
    }

    /// Appends events of a change that is given.
    pub(crate) fn append_as(
        &mut self,
        change: ChangeId,
        decision: Decision,
        actor: Actor,
        undoes: Option<ChangeId>,
    ) {
        for envelope in self.envelopes(change, &decision.events, actor, undoes) {
            self.state.apply(&envelope);
            self.log.push(envelope);
        }
        self.now = Timestamp::from_millis(self.now.as_millis() + 60_000);
        self.last = decision;
    }

    /// Decides on a state that may be an old one.
    pub(crate) fn decide_on(&self, state: &Workspace, command: &Command) -> Option<Write> {
        let decision = state.decide(&self.ctx(Self::owner()), command).ok()?;
        let written = decision.events.iter().map(|decided| decided.event.stream());
        let named = written.chain(decision.reads.iter().copied());
        let expected = named
            .map(|stream| (stream, state.version(stream)))
            .collect();
        Some(Write { decision, expected })
    }

    /// Appends as the log does: not at all when a stream that is named has moved on.
    pub(crate) fn commit(&mut self, write: Write) -> Option<ChangeId> {
        let holds =
            |(stream, version): (&StreamId, &Version)| self.state.version(*stream) == *version;
        if !write.expected.iter().all(holds) {
            return None;
        }
        let to_sweep = write.decision.to_sweep();
        let change = self.append(write.decision, Self::owner(), None);
        let ctx = self.ctx(Self::owner());
        let rest = self.state.sweep(&ctx, change, &to_sweep);
        self.append_as(change, rest, Self::owner(), None);
        Some(change)
    }

    pub(crate) fn try_as(
        &mut self,
        actor: Actor,
        command: &Command,
    ) -> Result<ChangeId, Rejection> {
        let decision = self.state.decide(&self.ctx(actor), command)?;
        Ok(self.append(decision, actor, None))
    }

    pub(crate) fn try_run(&mut self, command: &Command) -> Result<ChangeId, Rejection> {
        self.try_as(Self::owner(), command)
    }

    pub(crate) fn run(&mut self, command: &Command) -> ChangeId {
        self.try_run(command)
            .unwrap_or_else(|rejection| panic!("{command:?}: {rejection}"))
    }

    pub(crate) fn conflict(&mut self, command: &Command) -> &'static str {
        code(self.try_run(command).unwrap_err())
    }

    /// The names of the events of the last decision.
    pub(crate) fn types(&self) -> Vec<&'static str> {
        self.last
            .events
            .iter()
            .map(|decided| decided.event.event_type().as_str())
            .collect()
    }

    pub(crate) fn histories(&self, change: ChangeId) -> Vec<StreamHistory> {
        let ours = self
            .log
            .iter()
            .filter(|event| event.header.change_id == change);
        let streams: BTreeSet<StreamId> = ours.map(|event| event.header.stream_id).collect();
        let whole = |stream: StreamId| {
            let events = self
                .log
                .iter()
                .filter(|event| event.header.stream_id == stream);
            StreamHistory {
                stream,
                events: events.cloned().collect(),
            }
        };
        streams.into_iter().map(whole).collect()
    }

    pub(crate) fn undo_as(
        &mut self,
        actor: Actor,
        change: ChangeId,
    ) -> Result<ChangeId, Rejection> {
        let decision = undo(
            &self.state,
            &self.ctx(actor),
            change,
            &self.histories(change),
        )?;
        Ok(self.append(decision, actor, Some(change)))
    }

    pub(crate) fn undo(&mut self, change: ChangeId) -> Result<ChangeId, Rejection> {
        self.undo_as(Self::owner(), change)
    }

    pub(crate) fn redo(&mut self, change: ChangeId) -> Result<ChangeId, Rejection> {
        let undoing = undone_by(&self.histories(change), change).expect("it was undone");
        self.undo(undoing)
    }

    /// Restores to how it was after the first `events` events.
    pub(crate) fn restore(
        &mut self,
        events: usize,
        scope: &Restore,
    ) -> Result<ChangeId, Rejection> {
        self.restore_as(Self::owner(), events, scope)
    }

    pub(crate) fn restore_as(
        &mut self,
        actor: Actor,
        events: usize,
        scope: &Restore,
    ) -> Result<ChangeId, Rejection> {
        let mut then = Workspace::new(home());
        self.log[..events]
            .iter()
            .for_each(|envelope| then.apply(envelope));
        let decision = taskfold_domain::restore(&self.state, &then, &self.ctx(actor), scope)?;
        Ok(self.append(decision, actor, None))
    }

    pub(crate) fn join(&mut self, n: u64, role: Role) -> Actor {
        let joined = taskfold_contracts::events::WorkspaceMemberJoined {
            workspace: home(),
            member_id: user(n),
            role,
            invitation_id: None,
        };
        let events = vec![Decided {
            event: joined.into(),
            occurred_at: self.now,
        }];
        self.append(
            Decision {
                events,
                ..Decision::default()
            },
            Actor::System,
            None,
        );
        Actor::User(user(n))
    }

    pub(crate) fn add(&mut self, n: u64) -> ChangeId {
        self.run(&Command::CreateTask(CreateTask {
            task_id: Some(task(n)),
            ..titled("Task")
        }))
    }

    pub(crate) fn task(&self, n: u64) -> &Task {
        self.state.task(task(n)).expect("the task exists")
    }
}

pub(crate) fn titled(title: &str) -> CreateTask {
    CreateTask {
        title: title.into(),
        ..CreateTask::default()
    }
}

pub(crate) fn code(rejection: Rejection) -> &'static str {
    match rejection {
        Rejection::NotFound { .. } => "not_found",
        Rejection::Forbidden { .. } => "forbidden",
        Rejection::Invalid(errors) => errors[0].code,
        Rejection::Conflict { code, .. } => code,
    }
}

/// The fields of a task that undo brings back.
fn fields(task: &Task) -> String {
    let texts = (&task.title, &task.description, &task.tags, &task.origin);
    let times = (&task.due, task.start, &task.recurrence, &task.reminders);
    let place = (task.list_id, task.parent_id, &task.rank);
    let people = (task.assignee_id, task.created_by, &task.blocked_by);
    let chain = (task.previous_id, task.next_id);
    let moments = (task.created_at, task.completed_at);
    let (id, priority) = (task.id, task.priority);
    format!("{id} {priority:?} {texts:?} {times:?} {place:?} {people:?} {chain:?} {moments:?}")
}

/// All that people see, without versions and times of change: what undo has to bring back. Things in the
/// trash count as gone.
pub(crate) fn seen(state: &Workspace) -> String {
    use std::fmt::Write;
    let mut text = format!("{} {}\n", state.name(), state.is_deleted());
    for task in state.tasks().filter(|task| !task.is_deleted()) {
        let comments: Vec<_> = task
            .comments
            .iter()
            .map(|(id, held)| (id, &held.author_id, &held.body))
            .collect();
        writeln!(text, "{} {comments:?}", fields(task)).unwrap();
    }
    for list in state.lists().filter(|list| !list.is_deleted()) {
        let archived = list.archived_at.is_some();
        writeln!(
            text,
            "{} {} {:?} {} {archived}",
            list.id, list.name, list.color, list.rank
        )
        .unwrap();
    }
    writeln!(text, "{:?}", state.members().collect::<Vec<_>>()).unwrap();
    writeln!(text, "{:?}", state.filters().collect::<Vec<_>>()).unwrap();
    text
}
