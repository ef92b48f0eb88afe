//! How tasks and lists are written down: ids and times in binary, texts borrowed from the bytes.

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{ChangeId, CommentId, ListId, ReminderId, TaskId, UserId};
use taskfold_contracts::position::Version;
use taskfold_contracts::reminders::Bell;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Actor, Due, Origin, Priority, Recurrence, RecursFrom, Reminder};
use uuid::Uuid;

use super::SnapshotError;
use crate::brought::Brought;
use crate::list::List;
use crate::task::{Comment, Comments, Task};

/// The bytes of an id.
pub(super) type Raw = [u8; 16];

#[derive(Serialize, Deserialize)]
pub(super) struct TaskRow<'a> {
    id: Raw,
    version: u64,
    title: &'a str,
    description: &'a str,
    priority: u8,
    #[serde(borrow)]
    due: Option<DueRow<'a>>,
    start: Option<DayRow>,
    #[serde(borrow)]
    tags: Vec<&'a str>,
    #[serde(borrow)]
    recurrence: Option<RecurrenceRow<'a>>,
    reminders: Vec<(Raw, Option<i64>, Option<i32>)>,
    bells: Vec<(i64, bool)>,
    list_id: Option<Raw>,
    parent_id: Option<Raw>,
    rank: &'a str,
    blocked_by: Vec<Raw>,
    assignee_id: Option<Raw>,
    previous_id: Option<Raw>,
    next_id: Option<Raw>,
    origin: Option<(&'a str, &'a str)>,
    #[serde(borrow)]
    comments: Vec<CommentRow<'a>>,
    created_at: i64,
    created_by: ActorRow,
    updated_at: i64,
    completed_at: Option<i64>,
    deleted_at: Option<i64>,
    deleted_by: Option<Raw>,
    placed_by: Option<Raw>,
    brought: Option<Brought>,
}

impl<'a> TaskRow<'a> {
    pub(super) fn of(task: &'a Task) -> Self {
        let reminder = |held: &Reminder| {
            let at = held.at.map(Timestamp::as_millis);
            (raw(held.reminder_id.0), at, held.minutes_before_due)
        };
        Self {
            id: raw(task.id.0),
            version: task.version.0,
            title: &task.title,
            description: &task.description,
            priority: task.priority.rank(),
            due: task.due.as_ref().map(DueRow::of),
            start: task.start.map(DayRow::of),
            tags: task.tags.iter().map(String::as_str).collect(),
            recurrence: task.recurrence.as_deref().map(RecurrenceRow::of),
            reminders: task.reminders.iter().map(reminder).collect(),
            bells: task.bells.iter().map(bell_row).collect(),
            list_id: task.list_id.map(|id| raw(id.0)),
            parent_id: task.parent_id.map(|id| raw(id.0)),
            rank: &task.rank,
            blocked_by: task.blocked_by.iter().map(|id| raw(id.0)).collect(),
            assignee_id: task.assignee_id.map(|id| raw(id.0)),
            previous_id: task.previous_id.map(|id| raw(id.0)),
            next_id: task.next_id.map(|id| raw(id.0)),
            origin: task.origin.as_deref().map(origin_row),
            comments: task.comments.iter().map(CommentRow::of).collect(),
            created_at: task.created_at.as_millis(),
            created_by: ActorRow::of(task.created_by),
            updated_at: task.updated_at.as_millis(),
            completed_at: task.completed_at.map(Timestamp::as_millis),
            deleted_at: task.deleted_at.map(Timestamp::as_millis),
            deleted_by: task.deleted_by.map(|id| raw(id.0)),
            placed_by: task.placed_by.map(|id| raw(id.0)),
            brought: task.brought.as_deref().cloned(),
        }
    }

    pub(super) fn into_task(self) -> Result<Task, SnapshotError> {
        let reminder = |(reminder_id, at, minutes): (Raw, Option<i64>, Option<i32>)| Reminder {
            reminder_id: ReminderId(id(reminder_id)),
            at: at.map(Timestamp::from_millis),
            minutes_before_due: minutes,
        };
        let recurrence = self.recurrence.map(RecurrenceRow::recurrence).transpose()?;
        Ok(Task {
            id: TaskId(id(self.id)),
            version: Version(self.version),
            title: self.title.to_owned(),
            description: self.description.to_owned(),
            priority: priority(self.priority)?,
            due: self.due.map(DueRow::due).transpose()?,
            start: self.start.map(DayRow::day).transpose()?,
            tags: self.tags.into_iter().map(str::to_owned).collect(),
            recurrence: recurrence.map(Box::new),
            reminders: self.reminders.into_iter().map(reminder).collect(),
            bells: self.bells.into_iter().map(bell).collect(),
            list_id: self.list_id.map(|raw| ListId(id(raw))),
            parent_id: self.parent_id.map(|raw| TaskId(id(raw))),
            rank: self.rank.into(),
            blocked_by: self
                .blocked_by
                .into_iter()
                .map(|raw| TaskId(id(raw)))
                .collect(),
            assignee_id: self.assignee_id.map(|raw| UserId(id(raw))),
            previous_id: self.previous_id.map(|raw| TaskId(id(raw))),
            next_id: self.next_id.map(|raw| TaskId(id(raw))),
            origin: self.origin.map(origin).map(Box::new),
            comments: self
                .comments
                .into_iter()
                .map(CommentRow::comment)
                .collect::<Comments>(),
            created_at: Timestamp::from_millis(self.created_at),
            created_by: self.created_by.actor(),
            updated_at: Timestamp::from_millis(self.updated_at),
            completed_at: self.completed_at.map(Timestamp::from_millis),
            deleted_at: self.deleted_at.map(Timestamp::from_millis),
            deleted_by: self.deleted_by.map(|raw| ChangeId(id(raw))),
            placed_by: self.placed_by.map(|raw| ChangeId(id(raw))),
            brought: self.brought.map(Box::new),
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct ListRow<'a> {
    id: Raw,
    version: u64,
    name: &'a str,
    color: Option<&'a str>,
    rank: &'a str,
    origin: Option<(&'a str, &'a str)>,
    created_at: i64,
    updated_at: i64,
    archived_at: Option<i64>,
    deleted_at: Option<i64>,
    deleted_by: Option<Raw>,
    brought: Option<Brought>,
}

impl<'a> ListRow<'a> {
    pub(super) fn of(list: &'a List) -> Self {
        Self {
            id: raw(list.id.0),
            version: list.version.0,
            name: &list.name,
            color: list.color.as_deref(),
            rank: &list.rank,
            origin: list.origin.as_ref().map(origin_row),
            created_at: list.created_at.as_millis(),
            updated_at: list.updated_at.as_millis(),
            archived_at: list.archived_at.map(Timestamp::as_millis),
            deleted_at: list.deleted_at.map(Timestamp::as_millis),
            deleted_by: list.deleted_by.map(|id| raw(id.0)),
            brought: list.brought.as_deref().cloned(),
        }
    }

    pub(super) fn into_list(self) -> List {
        List {
            id: ListId(id(self.id)),
            version: Version(self.version),
            name: self.name.to_owned(),
            color: self.color.map(str::to_owned),
            rank: self.rank.to_owned(),
            origin: self.origin.map(origin),
            created_at: Timestamp::from_millis(self.created_at),
            updated_at: Timestamp::from_millis(self.updated_at),
            archived_at: self.archived_at.map(Timestamp::from_millis),
            deleted_at: self.deleted_at.map(Timestamp::from_millis),
            deleted_by: self.deleted_by.map(|raw| ChangeId(id(raw))),
            brought: self.brought.map(Box::new),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct CommentRow<'a> {
    id: Raw,
    author_id: Option<Raw>,
    body: &'a str,
    created_at: i64,
    edited_at: Option<i64>,
}

impl<'a> CommentRow<'a> {
    fn of((id, held): (CommentId, &'a Comment)) -> Self {
        Self {
            id: raw(id.0),
            author_id: held.author_id.map(|id| raw(id.0)),
            body: &held.body,
            created_at: held.created_at.as_millis(),
            edited_at: held.edited_at.map(Timestamp::as_millis),
        }
    }

    fn comment(self) -> (CommentId, Comment) {
        let comment = Comment {
            author_id: self.author_id.map(|raw| UserId(id(raw))),
            body: self.body.to_owned(),
            created_at: Timestamp::from_millis(self.created_at),
            edited_at: self.edited_at.map(Timestamp::from_millis),
        };
        (CommentId(id(self.id)), comment)
    }
}

#[derive(Serialize, Deserialize)]
struct DueRow<'a> {
    date: DayRow,
    /// Hour, minute, second, nanosecond.
    time: Option<(i8, i8, i8, i32)>,
    zone: Option<&'a str>,
}

impl<'a> DueRow<'a> {
    fn of(due: &'a Due) -> Self {
        let parts = |time: Time| {
            (
                time.hour(),
                time.minute(),
                time.second(),
                time.subsec_nanosecond(),
            )
        };
        Self {
            date: DayRow::of(due.date),
            time: due.time.map(parts),
            zone: due.zone.as_deref(),
        }
    }

    fn due(self) -> Result<Due, SnapshotError> {
        let time = |(hour, minute, second, nanos)| Time::new(hour, minute, second, nanos);
        Ok(Due {
            date: self.date.day()?,
            time: self
                .time
                .map(time)
                .transpose()
                .map_err(SnapshotError::broken)?,
            zone: self.zone.map(str::to_owned),
        })
    }
}

#[derive(Serialize, Deserialize)]
struct DayRow(i16, i8, i8);

impl DayRow {
    fn of(day: Date) -> Self {
        Self(day.year(), day.month(), day.day())
    }

    fn day(self) -> Result<Date, SnapshotError> {
        Date::new(self.0, self.1, self.2).map_err(SnapshotError::broken)
    }
}

#[derive(Serialize, Deserialize)]
struct RecurrenceRow<'a> {
    rule: &'a str,
    from_completion: bool,
    #[serde(borrow)]
    anchor: DueRow<'a>,
    except: Vec<DayRow>,
    occurrence: u32,
}

impl<'a> RecurrenceRow<'a> {
    fn of(held: &'a Recurrence) -> Self {
        Self {
            rule: &held.rule,
            from_completion: held.from == RecursFrom::Completion,
            anchor: DueRow::of(&held.anchor),
            except: held.except.iter().copied().map(DayRow::of).collect(),
            occurrence: held.occurrence,
        }
    }

    fn recurrence(self) -> Result<Recurrence, SnapshotError> {
        let from = if self.from_completion {
            RecursFrom::Completion
        } else {
            RecursFrom::Due
        };
        Ok(Recurrence {
            rule: self.rule.to_owned(),
            from,
            anchor: self.anchor.due()?,
            except: self
                .except
                .into_iter()
                .map(DayRow::day)
                .collect::<Result<_, _>>()?,
            occurrence: self.occurrence,
        })
    }
}

#[derive(Serialize, Deserialize)]
enum ActorRow {
    User(Raw),
    Agent(Raw),
    System,
}

impl ActorRow {
    fn of(actor: Actor) -> Self {
        match actor {
            Actor::User(user) => Self::User(raw(user.0)),
            Actor::Agent(user) => Self::Agent(raw(user.0)),
            Actor::System => Self::System,
        }
    }

    fn actor(self) -> Actor {
        match self {
            Self::User(user) => Actor::User(UserId(id(user))),
            Self::Agent(user) => Actor::Agent(UserId(id(user))),
            Self::System => Actor::System,
        }
    }
}

fn bell_row(bell: &Bell) -> (i64, bool) {
    (bell.since.as_millis(), bell.fired)
}

fn bell((since, fired): (i64, bool)) -> Bell {
    let since = Timestamp::from_millis(since);
    Bell { since, fired }
}

fn origin_row(origin: &Origin) -> (&str, &str) {
    (&origin.source, &origin.external_id)
}

fn origin((source, external_id): (&str, &str)) -> Origin {
    Origin {
        source: source.to_owned(),
        external_id: external_id.to_owned(),
    }
}

fn priority(rank: u8) -> Result<Priority, SnapshotError> {
    let found = Priority::ALL.get(usize::from(rank));
    found
        .copied()
        .ok_or_else(|| SnapshotError::broken("no such priority"))
}

pub(super) fn raw(id: Uuid) -> Raw {
    id.into_bytes()
}

pub(super) fn id(raw: Raw) -> Uuid {
    Uuid::from_bytes(raw)
}
