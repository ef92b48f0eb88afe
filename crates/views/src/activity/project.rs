//! How activity is written.

use std::borrow::Cow;

use serde::Serialize;
use taskfold_contracts::envelope::{Envelope, Header};
use taskfold_contracts::ids::{ChangeId, ListId, TaskId, UserId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Actor;
use taskfold_sql::{Bound, Connection, Error, crash};

use crate::sql::{bound, place, signed};

/// How many characters of a text are kept.
const LONGEST: usize = 4_096;

/// What a projection has to say of an event.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    pub(crate) task_id: Option<TaskId>,
    pub(crate) list_id: Option<ListId>,
    pub(crate) left_list_id: Option<ListId>,
    pub(crate) changes: Vec<u8>,
}

impl Entry {
    /// Notes that a field went from one value to another.
    pub(crate) fn change(&mut self, field: &str, from: &impl Serialize, to: &impl Serialize) {
        self.changes.extend_from_slice(if self.changes.is_empty() {
            b"[{\"field\":\""
        } else {
            b",{\"field\":\""
        });
        self.changes.extend_from_slice(field.as_bytes());
        self.changes.extend_from_slice(b"\",\"from\":");
        self.value(from);
        self.changes.extend_from_slice(b",\"to\":");
        self.value(to);
        self.changes.push(b'}');
    }

    /// [`Entry::change`] of long text.
    pub(crate) fn text(&mut self, field: &str, from: Option<&str>, to: Option<&str>) {
        self.change(field, &from.map(shortened), &to.map(shortened));
    }

    /// Notes a field when it changes, and changes it.
    pub(crate) fn set<T: Serialize + PartialEq>(&mut self, field: &str, held: &mut T, to: T) {
        if *held != to {
            self.change(field, held, &to);
            *held = to;
        }
    }

    /// Notes a field of something new, unless it is as it would be without being set.
    pub(crate) fn first<T: Serialize + PartialEq + Default>(&mut self, field: &str, value: &T) {
        let nothing = T::default();
        if *value != nothing {
            self.change(field, &nothing, value);
        }
    }

    fn value(&mut self, value: &impl Serialize) {
        // Writing our own values to memory cannot fail; null is what would be left if it did.
        let length = self.changes.len();
        if serde_json::to_writer(&mut self.changes, value).is_err() {
            self.changes.truncate(length);
            self.changes.extend_from_slice(b"null");
        }
    }

    fn into_json(mut self) -> String {
        self.changes
            .extend_from_slice(if self.changes.is_empty() { b"[]" } else { b"]" });
        String::from_utf8(self.changes).unwrap_or_default()
    }
}

fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

/// One event's activity, to be written.
pub(crate) struct Row {
    number: i64,
    header: Header,
    occurred_at: Timestamp,
    task: Option<TaskId>,
    list: Option<ListId>,
    left_list: Option<ListId>,
    changes: String,
}

impl Row {
    pub(crate) fn new(envelope: &Envelope, entry: Entry) -> Self {
        Self {
            number: place(envelope.header.position),
            header: envelope.header.clone(),
            occurred_at: envelope.occurred_at,
            task: entry.task_id,
            list: entry.list_id,
            left_list: entry.left_list_id,
            changes: entry.into_json(),
        }
    }
}

const INTO: &str =
    "INSERT INTO activity (number, workspace_id, stream_id, version, task_id, list_id,
    left_list_id, event_id, event_type, actor_kind, actor_id, occurred_at, recorded_at, change_id,
    undoes, changes)";

/// Writes activity. The rows' numbers rise, and are above those that are there.
pub(crate) fn write(connection: &Connection, rows: &[Row]) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    // The table would keep the effect of an event from being there twice.
    let doubled = crash::bug("views.event_doubled");
    let again = if doubled {
        "ON CONFLICT DO NOTHING"
    } else {
        ""
    };
    connection.insert_many(INTO, 16, again, rows.iter().map(Row::values))
}

impl Row {
    fn values(&self) -> Vec<Bound<'_>> {
        let header = &self.header;
        let (kind, actor) = match &header.actor {
            Actor::System => (0_i64, None),
            Actor::User(user) => (1, Some(user)),
            Actor::Agent(user) => (2, Some(user)),
        };
        bound![
            self.number,
            header.workspace_id.as_bytes(),
            header.stream_id.as_bytes(),
            signed(header.version.0),
            self.task.as_ref().map(TaskId::as_bytes),
            self.list.as_ref().map(ListId::as_bytes),
            self.left_list.as_ref().map(ListId::as_bytes),
            header.event_id.as_bytes(),
            &*header.event_type,
            kind,
            actor.map(UserId::as_bytes),
            &self.occurred_at,
            &header.recorded_at,
            header.change_id.as_bytes(),
            header.undoes.as_ref().map(ChangeId::as_bytes),
            &self.changes,
        ]
    }
}
