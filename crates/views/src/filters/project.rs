//! What events do to saved filters.

use rusqlite::{Connection, OptionalExtension, params};
use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{Event, WorkspaceFilterSaved};
use taskfold_contracts::ids::{FilterId, UserId};

use crate::activity::Entry;
use crate::apply::Refusal;

/// Applies an event of saved filters; of others there is nothing to say.
pub(crate) fn apply(
    connection: &Connection,
    envelope: &Envelope,
) -> Result<Option<Entry>, Refusal> {
    let mut entry = Entry::default();
    if let Event::WorkspaceFilterSaved(event) = &envelope.event {
        save(connection, envelope, event, &mut entry)?;
    } else if let Event::WorkspaceFilterRemoved(event) = &envelope.event {
        let name = load(connection, envelope, event.filter_id)?
            .map(|(name, _, _)| name)
            .ok_or_else(|| refused(envelope, event.filter_id, "is unknown"))?;
        entry.text("filter", Some(&name), None);
        connection
            .prepare_cached("DELETE FROM saved_filters WHERE workspace_id = ?1 AND filter_id = ?2")?
            .execute([
                envelope.header.workspace_id.as_bytes(),
                event.filter_id.as_bytes(),
            ])?;
    } else {
        return Ok(None);
    }
    Ok(Some(entry))
}

fn save(
    connection: &Connection,
    envelope: &Envelope,
    event: &WorkspaceFilterSaved,
    entry: &mut Entry,
) -> Result<(), Refusal> {
    let before = load(connection, envelope, event.filter_id)?;
    let saved = connection
        .prepare_cached(
            "INSERT INTO saved_filters (filter_id, workspace_id, name, query, sort, saved_by,
                 created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
             ON CONFLICT (filter_id) DO UPDATE SET name = excluded.name, query = excluded.query,
                 sort = excluded.sort, saved_by = excluded.saved_by,
                 updated_at = excluded.updated_at
             WHERE saved_filters.workspace_id = excluded.workspace_id",
        )?
        .execute(params![
            event.filter_id.as_bytes(),
            envelope.header.workspace_id.as_bytes(),
            event.name,
            event.query,
            event.sort,
            envelope.header.actor.user().as_ref().map(UserId::as_bytes),
            envelope.occurred_at.as_millis(),
        ])?;
    if saved == 0 {
        return Err(refused(
            envelope,
            event.filter_id,
            "is of another workspace",
        ));
    }
    let (name, query, sort) = match before {
        Some((name, query, sort)) => (Some(name), Some(query), Some(sort)),
        None => (None, None, None),
    };
    let fields = [
        ("filter", name, &event.name),
        ("query", query, &event.query),
        ("sort", sort, &event.sort),
    ];
    for (field, from, to) in fields {
        if from.as_ref() != Some(to) {
            entry.text(field, from.as_deref(), Some(to));
        }
    }
    Ok(())
}

fn load(
    connection: &Connection,
    envelope: &Envelope,
    filter: FilterId,
) -> Result<Option<(String, String, String)>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT name, query, sort FROM saved_filters
             WHERE workspace_id = ?1 AND filter_id = ?2",
        )?
        .query_row(
            [envelope.header.workspace_id.as_bytes(), filter.as_bytes()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()
}

fn refused(envelope: &Envelope, filter: FilterId, why: &str) -> Refusal {
    Refusal::Poison(format!(
        "{}: filter {filter} {why}",
        envelope.header.event_type
    ))
}
