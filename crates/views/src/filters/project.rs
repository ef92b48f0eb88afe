//! What events do to saved filters.

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{Event, WorkspaceFilterSaved};
use taskfold_contracts::ids::{FilterId, UserId};
use taskfold_sql::{Bound, Error, Row};
use uuid::Uuid;

use super::SavedFilter;
use super::query::{COLUMNS, read};
use crate::activity::Entry;
use crate::apply::{Fold, Refusal};
use crate::held::Stored;
use crate::sql::bound;

/// Applies an event of saved filters; of others there is nothing to say.
pub(crate) fn apply(fold: &mut Fold, envelope: &Envelope) -> Result<Option<Entry>, Refusal> {
    let mut entry = Entry::default();
    if let Event::WorkspaceFilterSaved(event) = &envelope.event {
        save(fold, envelope, event, &mut entry)?;
    } else if let Event::WorkspaceFilterRemoved(event) = &envelope.event {
        let key = [event.filter_id.0];
        let workspace = envelope.header.workspace_id;
        let held = fold.filters.get(fold.connection, key)?;
        let gone = held
            .filter(|filter| filter.workspace_id == workspace)
            .ok_or_else(|| refused(envelope, event.filter_id, "is unknown"))?;
        entry.text("filter", Some(&gone.name), None);
        fold.filters.remove(key);
    } else {
        return Ok(None);
    }
    Ok(Some(entry))
}

fn save(
    fold: &mut Fold,
    envelope: &Envelope,
    event: &WorkspaceFilterSaved,
    entry: &mut Entry,
) -> Result<(), Refusal> {
    let workspace = envelope.header.workspace_id;
    let before = fold.filters.get(fold.connection, [event.filter_id.0])?;
    if before.is_some_and(|before| before.workspace_id != workspace) {
        return Err(refused(
            envelope,
            event.filter_id,
            "is of another workspace",
        ));
    }
    let fields = [
        ("filter", before.map(|before| &before.name), &event.name),
        ("query", before.map(|before| &before.query), &event.query),
        ("sort", before.map(|before| &before.sort), &event.sort),
    ];
    for (field, from, to) in fields {
        if from != Some(to) {
            entry.text(field, from.map(String::as_str), Some(to));
        }
    }
    let saved = SavedFilter {
        filter_id: event.filter_id,
        workspace_id: workspace,
        name: event.name.clone(),
        query: event.query.clone(),
        sort: event.sort.clone(),
        saved_by: envelope.header.actor.user(),
        created_at: before.map_or(envelope.occurred_at, |before| before.created_at),
        updated_at: envelope.occurred_at,
    };
    fold.filters.put(saved);
    Ok(())
}

impl Stored for SavedFilter {
    type Key = [Uuid; 1];
    const TABLE: &'static str = "saved_filters";
    const COLUMNS: &'static [&'static str] = COLUMNS;
    const KEYS: usize = 1;

    fn key(&self) -> [Uuid; 1] {
        [self.filter_id.0]
    }

    fn values(&self) -> Vec<Bound<'_>> {
        bound![
            self.filter_id.as_bytes(),
            self.workspace_id.as_bytes(),
            &self.name,
            &self.query,
            &self.sort,
            self.saved_by.as_ref().map(UserId::as_bytes),
            &self.created_at,
            &self.updated_at,
        ]
    }

    fn read(row: &Row) -> Result<Self, Error> {
        read(row)
    }
}

fn refused(envelope: &Envelope, filter: FilterId, why: &str) -> Refusal {
    Refusal::Poison(format!(
        "{}: filter {filter} {why}",
        envelope.header.event_type
    ))
}
