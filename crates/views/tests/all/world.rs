//! Valid histories for tests.

use std::collections::BTreeMap;

use taskfold_contracts::envelope::{Envelope, Header};
use taskfold_contracts::events::*;
use taskfold_contracts::ids::*;
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::*;
use taskfold_views::tasks::{Task, TaskQuery};
use taskfold_views::{Page, Views, filter, tasks};
use uuid::Uuid;

pub(crate) const START: i64 = 1_790_000_000_000;

pub(crate) fn id(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number) << 32 | 0x7000)
}
pub(crate) fn workspace(number: u64) -> WorkspaceId {
    WorkspaceId(id(1_000_000 + number))
}
pub(crate) fn task(number: u64) -> TaskId {
    TaskId(id(2_000_000 + number))
}
pub(crate) fn list(number: u64) -> ListId {
    ListId(id(3_000_000 + number))
}
pub(crate) fn user(number: u64) -> UserId {
    UserId(id(4_000_000 + number))
}
pub(crate) fn comment(number: u64) -> CommentId {
    CommentId(id(5_000_000 + number))
}

/// A log of one partition.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) log: Vec<Envelope>,
    pub(crate) versions: BTreeMap<StreamId, u64>,
    pub(crate) partition: u32,
}

impl World {
    /// Appends an event of a workspace and gives it.
    pub(crate) fn add(&mut self, workspace: WorkspaceId, event: impl Into<Event>) -> Envelope {
        let event = event.into();
        let number = self.log.len() as u64 + 1;
        let version = self.versions.entry(event.stream()).or_default();
        *version += 1;
        let at = Timestamp::from_millis(START + i64::try_from(number).unwrap() * 1_000);
        let envelope = Envelope {
            header: Header {
                position: Position {
                    partition: self.partition,
                    number,
                },
                event_id: EventId(id(10_000_000 + number)),
                workspace_id: workspace,
                stream_id: event.stream(),
                version: Version(*version),
                event_type: event.event_type().as_str().into(),
                schema_version: 1,
                recorded_at: at,
                actor: Actor::User(user(1)),
                change_id: ChangeId(id(20_000_000 + number)),
                undoes: None,
                correlation_id: CorrelationId(id(number)),
                causation_id: None,
                key_id: None,
            },
            occurred_at: at,
            event,
        };
        self.log.push(envelope.clone());
        envelope
    }

    /// Views with all of it.
    pub(crate) fn views(&self) -> Views {
        let views = super::empty();
        views.apply(&self.log).unwrap();
        views
    }

    /// The events of a workspace behind a number and up to another.
    pub(crate) fn of(&self, workspace: WorkspaceId, after: u64, upto: u64) -> Vec<Envelope> {
        let fits = |envelope: &&Envelope| {
            let number = envelope.header.position.number;
            envelope.header.workspace_id == workspace && number > after && number <= upto
        };
        self.log.iter().filter(fits).take(7).cloned().collect()
    }
}

pub(crate) fn created(number: u64, title: &str) -> TaskCreated {
    TaskCreated {
        task_id: task(number),
        title: title.to_owned(),
        description: String::new(),
        priority: Priority::None,
        due_date: None,
        start_date: None,
        tags: Vec::new(),
        recurrence: None,
        reminders: Vec::new(),
        list_id: None,
        parent_id: None,
        rank: format!("{number:06}"),
        blocked_by: Vec::new(),
        assignee_id: None,
        previous_id: None,
        origin: None,
        created_by: None,
        updated_at: None,
    }
}

pub(crate) fn updated(number: u64) -> TaskUpdated {
    TaskUpdated {
        task_id: task(number),
        title: None,
        description: None,
        priority: None,
        due_date: None,
        start_date: None,
        tags_added: Vec::new(),
        tags_removed: Vec::new(),
        recurrence: None,
        reminders: None,
        blocked_by_added: Vec::new(),
        blocked_by_removed: Vec::new(),
        assignee_id: None,
    }
}

pub(crate) fn completed(number: u64) -> TaskCompleted {
    TaskCompleted {
        task_id: task(number),
        next_id: None,
    }
}

pub(crate) fn commented(number: u64, of: u64, body: &str) -> TaskCommented {
    TaskCommented {
        task_id: task(of),
        comment_id: comment(number),
        author_id: Some(user(1)),
        body: body.to_owned(),
    }
}

pub(crate) fn list_created(number: u64, name: &str) -> ListCreated {
    ListCreated {
        list_id: list(number),
        name: name.to_owned(),
        color: None,
        rank: format!("{number:06}"),
        origin: None,
        updated_at: None,
    }
}

pub(crate) fn day(text: &str) -> Due {
    Due {
        date: text.parse().unwrap(),
        time: None,
        zone: None,
    }
}

pub(crate) fn query(filter: &str, sort: &str) -> TaskQuery {
    TaskQuery {
        filter: filter::parse(filter).unwrap(),
        sort: filter::parse_sort(sort).unwrap(),
        done: false,
        limit: 500,
        cursor: None,
        now: "2026-11-21T12:00:00+01:00[Europe/Berlin]".parse().unwrap(),
        me: user(1),
    }
}

pub(crate) fn list_tasks(views: &Views, workspace: WorkspaceId, query: &TaskQuery) -> Page<Task> {
    views
        .read_blocking(|r| tasks::list(r, workspace, query))
        .unwrap()
}

pub(crate) fn titles(
    views: &Views,
    workspace: WorkspaceId,
    filter: &str,
    sort: &str,
) -> Vec<String> {
    let page = list_tasks(views, workspace, &query(filter, sort));
    page.items.into_iter().map(|task| task.title).collect()
}

pub(crate) fn get(views: &Views, workspace: WorkspaceId, number: u64) -> Task {
    views
        .read_blocking(|r| tasks::get(r, workspace, task(number)))
        .unwrap()
        .unwrap()
}

/// Numbers that look random (`SplitMix64`), the same for the same seed.
pub(crate) struct Dice(pub u64);

impl Dice {
    pub(crate) fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}

/// Up to three reminders, of either kind, some of which are over from the beginning.
fn reminders(number: u64) -> Vec<Reminder> {
    let reminder = |n: u64| Reminder {
        reminder_id: ReminderId(id(n)),
        at: (n == 0).then(|| Timestamp::from_millis(START + 1_000 * (number % 50).cast_signed())),
        minutes_before_due: (n > 0).then_some(i32::try_from(number).unwrap()),
    };
    (0..number % 4).map(reminder).collect()
}

fn reminded(of: u64, number: u64) -> TaskUpdated {
    let value = reminders(number);
    TaskUpdated {
        reminders: Some(Set { value }),
        assignee_id: Some(Set {
            value: number.is_multiple_of(4).then(|| user(2)),
        }),
        ..updated(of)
    }
}

/// A random valid history of two workspaces.
pub(crate) fn random(seed: u64, events: usize) -> World {
    let mut dice = Dice(seed);
    let mut world = World::default();
    for number in 1..=2 {
        let workspace = workspace(number);
        let personal = number == 1;
        world.add(
            workspace,
            WorkspaceCreated {
                workspace,
                name: format!("W{number}"),
                personal,
            },
        );
        world.add(workspace, list_created(number, "List"));
    }
    let (mut made, mut comments) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    let mut next = 0;
    while world.log.len() < events {
        let side = usize::try_from(dice.roll(2)).unwrap();
        let workspace = workspace(side as u64 + 1);
        let own: &mut Vec<u64> = &mut made[side];
        next += 1;
        if own.is_empty() || dice.roll(10) < 3 {
            let mut event = created(next, &format!("Task {next} café"));
            event.tags = vec![format!("t{}", dice.roll(4))];
            event.list_id = (dice.roll(2) == 0).then(|| list(side as u64 + 1));
            event.parent_id = own
                .last()
                .filter(|_| next % 5 == 0)
                .map(|number| task(*number));
            event.blocked_by = own
                .first()
                .filter(|_| next % 7 == 0)
                .map(|n| task(*n))
                .into_iter()
                .collect();
            event.due_date = (next % 3 == 0).then(|| day("2026-11-20"));
            event.reminders = reminders(next);
            own.push(next);
            world.add(workspace, event);
            continue;
        }
        let of = own[usize::try_from(dice.roll(own.len() as u64)).unwrap()];
        let said: &mut Vec<(u64, u64)> = &mut comments[side];
        let on = task(of);
        let event: Event = match dice.roll(12) {
            0 | 1 => TaskUpdated {
                title: Some(format!("New {next}")),
                ..updated(of)
            }
            .into(),
            2 => TaskUpdated {
                tags_added: vec![format!("t{}", dice.roll(4))],
                tags_removed: vec![format!("t{}", dice.roll(4))],
                ..updated(of)
            }
            .into(),
            3 => TaskUpdated {
                priority: Some(Priority::High),
                due_date: Some(Set { value: None }),
                ..updated(of)
            }
            .into(),
            4 => completed(of).into(),
            5 => TaskReopened { task_id: on }.into(),
            6 => TaskDeleted { task_id: on }.into(),
            7 => TaskRestored { task_id: on }.into(),
            8 => TaskMoved {
                task_id: on,
                list_id: None,
                parent_id: None,
                rank: format!("r{next}"),
            }
            .into(),
            9 => {
                said.push((next, of));
                commented(next, of, &format!("says {next}")).into()
            }
            10 if !said.is_empty() => {
                let (comment_id, of) = said.pop().unwrap();
                TaskCommentDeleted {
                    task_id: task(of),
                    comment_id: comment(comment_id),
                }
                .into()
            }
            11 if next % 2 == 0 => reminded(of, next).into(),
            _ => ReminderTriggered {
                task_id: on,
                reminder_id: ReminderId(id(next % 3)),
                due_at: Timestamp::from_millis(START),
            }
            .into(),
        };
        world.add(workspace, event);
    }
    world
}
