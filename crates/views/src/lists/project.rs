//! What events do to lists.

use rusqlite::{Connection, OptionalExtension, params};
use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{Event, ListCreated};
use taskfold_contracts::ids::ListId;

use super::List;
use super::query::{SELECT, read};
use crate::activity::Entry;
use crate::apply::Refusal;
use crate::sql::signed;

/// Applies an event of a list; of others there is nothing to say.
pub(crate) fn apply(
    connection: &Connection,
    envelope: &Envelope,
) -> Result<Option<Entry>, Refusal> {
    let id = ListId::from(envelope.header.stream_id);
    let mut entry = Entry {
        list_id: Some(id),
        ..Entry::default()
    };
    let held = load(connection, id)?;
    if let Event::ListCreated(event) = &envelope.event {
        if held.is_some() {
            return Err(refused(envelope, "is there already"));
        }
        create(connection, envelope, event)?;
        entry.text("name", None, Some(&event.name));
        entry.first("color", &event.color);
        return Ok(Some(entry));
    }
    let mut list = held.ok_or_else(|| refused(envelope, "is unknown"))?;
    if list.workspace_id != envelope.header.workspace_id {
        return Err(refused(envelope, "is of another workspace"));
    }
    if !change(&mut list, envelope, &mut entry) {
        return Ok(None);
    }
    update(connection, envelope, &list)?;
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

fn load(connection: &Connection, id: ListId) -> Result<Option<List>, rusqlite::Error> {
    connection
        .prepare_cached(&format!("{SELECT} WHERE l.list_id = ?1"))?
        .query_row([id.as_bytes()], read)
        .optional()
}

fn create(
    connection: &Connection,
    envelope: &Envelope,
    event: &ListCreated,
) -> Result<(), rusqlite::Error> {
    let updated_at = event.updated_at.unwrap_or(envelope.occurred_at);
    connection
        .prepare_cached(
            "INSERT INTO lists (list_id, workspace_id, name, color, rank, origin_source, origin_id,
                 created_at, updated_at, version)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            event.list_id.as_bytes(),
            envelope.header.workspace_id.as_bytes(),
            event.name,
            event.color,
            event.rank,
            event.origin.as_ref().map(|origin| origin.source.as_str()),
            event
                .origin
                .as_ref()
                .map(|origin| origin.external_id.as_str()),
            envelope.occurred_at.as_millis(),
            updated_at.as_millis(),
            signed(envelope.header.version.0),
        ])?;
    Ok(())
}

fn update(
    connection: &Connection,
    envelope: &Envelope,
    list: &List,
) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached(
            "UPDATE lists SET name = ?2, color = ?3, rank = ?4, archived_at = ?5, deleted_at = ?6,
                 updated_at = ?7, version = ?8
             WHERE list_id = ?1",
        )?
        .execute(params![
            list.list_id.as_bytes(),
            list.name,
            list.color,
            list.rank,
            list.archived_at
                .map(taskfold_contracts::time::Timestamp::as_millis),
            list.deleted_at
                .map(taskfold_contracts::time::Timestamp::as_millis),
            list.updated_at.max(envelope.occurred_at).as_millis(),
            signed(envelope.header.version.0),
        ])?;
    Ok(())
}

fn refused(envelope: &Envelope, why: &str) -> Refusal {
    Refusal::Poison(format!(
        "{}: list {} {why}",
        envelope.header.event_type, envelope.header.stream_id
    ))
}
