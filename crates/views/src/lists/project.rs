//! What events do to lists.

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{Event, ListCreated};
use taskfold_contracts::ids::ListId;
use taskfold_sql::{Bound, Error, Row};
use uuid::Uuid;

use super::List;
use super::query::{COLUMNS, read};
use crate::activity::Entry;
use crate::apply::{Fold, Refusal};
use crate::held::Stored;
use crate::sql::{bound, signed};

/// Applies an event of a list; of others there is nothing to say.
pub(crate) fn apply(fold: &mut Fold, envelope: &Envelope) -> Result<Option<Entry>, Refusal> {
    let id = ListId::from(envelope.header.stream_id);
    let mut entry = Entry {
        list_id: Some(id),
        ..Entry::default()
    };
    let held = fold.lists.get(fold.connection, [id.0])?;
    if let Event::ListCreated(event) = &envelope.event {
        if held.is_some() {
            return Err(refused(envelope, "is there already"));
        }
        fold.lists.put(created(envelope, event));
        entry.text("name", None, Some(&event.name));
        entry.first("color", &event.color);
        return Ok(Some(entry));
    }
    let mut list = held
        .cloned()
        .ok_or_else(|| refused(envelope, "is unknown"))?;
    if list.workspace_id != envelope.header.workspace_id {
        return Err(refused(envelope, "is of another workspace"));
    }
    if !change(&mut list, envelope, &mut entry) {
        return Ok(None);
    }
    list.updated_at = list.updated_at.max(envelope.occurred_at);
    list.version = envelope.header.version.0;
    fold.lists.put(list);
    Ok(Some(entry))
}

/// False when the event is not one of lists.
fn change(list: &mut List, envelope: &Envelope, entry: &mut Entry) -> bool {
    let at = envelope.occurred_at;
    if let Event::ListUpdated(event) = &envelope.event {
        if let Some(name) = &event.name {
            entry.set("name", &mut list.name, name.clone());
        }
        if let Some(color) = &event.color {
            entry.set("color", &mut list.color, color.value.clone());
        }
    } else if let Event::ListMoved(event) = &envelope.event {
        entry.set("rank", &mut list.rank, event.rank.clone());
    } else if let Event::ListArchived(_) = &envelope.event {
        entry.set("archived_at", &mut list.archived_at, Some(at));
    } else if let Event::ListUnarchived(_) = &envelope.event {
        entry.set("archived_at", &mut list.archived_at, None);
    } else if let Event::ListDeleted(_) = &envelope.event {
        entry.set("deleted_at", &mut list.deleted_at, Some(at));
    } else if let Event::ListRestored(_) = &envelope.event {
        entry.set("deleted_at", &mut list.deleted_at, None);
    } else {
        return false;
    }
    true
}

fn created(envelope: &Envelope, event: &ListCreated) -> List {
    List {
        list_id: event.list_id,
        workspace_id: envelope.header.workspace_id,
        name: event.name.clone(),
        color: event.color.clone(),
        rank: event.rank.clone(),
        origin: event.origin.clone(),
        created_at: envelope.occurred_at,
        updated_at: event.updated_at.unwrap_or(envelope.occurred_at),
        archived_at: None,
        deleted_at: None,
        version: envelope.header.version.0,
        open: 0,
        done: 0,
    }
}

/// Without its counts, which are kept in another table.
impl Stored for List {
    type Key = [Uuid; 1];
    const TABLE: &'static str = "lists";
    const COLUMNS: &'static [&'static str] = COLUMNS;
    const KEYS: usize = 1;

    fn key(&self) -> [Uuid; 1] {
        [self.list_id.0]
    }

    fn values(&self) -> Vec<Bound<'_>> {
        bound![
            self.list_id.as_bytes(),
            self.workspace_id.as_bytes(),
            &self.name,
            self.color.as_ref(),
            &self.rank,
            self.origin.as_ref().map(|origin| &origin.source),
            self.origin.as_ref().map(|origin| &origin.external_id),
            &self.created_at,
            &self.updated_at,
            self.archived_at.as_ref(),
            self.deleted_at.as_ref(),
            signed(self.version),
        ]
    }

    fn read(row: &Row) -> Result<Self, Error> {
        read(row)
    }
}

fn refused(envelope: &Envelope, why: &str) -> Refusal {
    Refusal::Poison(format!(
        "{}: list {} {why}",
        envelope.header.event_type, envelope.header.stream_id
    ))
}
