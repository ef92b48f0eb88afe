//! Recent changes: what can be undone.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::ids::{ChangeId, StreamId, UserId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Actor;
use taskfold_log::Log;
use taskfold_views::{Views, members};

use super::answer::Items;
use super::deeds::Known;
use crate::lasting::{is_lasting, is_own_joining};
use crate::problem::Problem;

/// Rows read at once. There is no bound to all of them: a change may be of any size, and each that is asked for is
/// looked for, so that what an undo can take back can also be named.
const PAGE: usize = 1_000;
/// Streams that a summary names.
const NAMED: usize = 20;

/// A change: the events of one command or one batch.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ChangeSummary {
    /// What undo names.
    pub change_id: ChangeId,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who made it: `user:<id>`, `agent:<id>` or `system`.
    #[schema(value_type = String)]
    pub actor: Actor,
    /// What they are called today; null for the system.
    pub actor_name: Option<String>,
    /// Its last event.
    #[schema(value_type = String)]
    pub position: Position,
    /// How many events it has.
    pub events: u64,
    /// What it did, in words, with things as they are called today: `deleted “Pay rent” and 1 subtask`; of an undo
    /// or a redo what it was about: `undid: imported 20,000 tasks and 3 lists`.
    pub summary: String,
    /// How many of which type.
    pub types: BTreeMap<String, u64>,
    /// The first of the tasks, lists and workspaces that it touched.
    pub streams: Vec<StreamId>,
    /// The change that it took back.
    pub undoes: Option<ChangeId>,
    /// The change that took it back, and still stands.
    pub undone_by: Option<ChangeId>,
    /// Whether the caller can undo it, if their role allows what it takes.
    pub undoable: bool,
}

pub(super) async fn answer(
    log: &Log,
    views: &Views,
    (workspace, user): (WorkspaceId, UserId),
    limit: usize,
) -> Result<Response, Problem> {
    let mut changes: Vec<ChangeSummary> = Vec::new();
    let mut before = None;
    let mut seen = Known::default();
    'pages: loop {
        let rows = log.recent_of_workspace(workspace, before, PAGE).await?;
        for row in &rows {
            before = Some(row.header.position.number);
            let known = changes
                .iter()
                .rposition(|change| change.change_id == row.header.change_id);
            if known.is_some() || changes.len() < limit {
                seen.add(log, row);
            }
            match known {
                Some(index) => add(&mut changes[index], row, user),
                None if changes.len() == limit => break 'pages,
                None => changes.push(begin(row, user)),
            }
        }
        if rows.len() < PAGE {
            break;
        }
    }
    settle(&mut changes);
    let ids = changes.iter().map(|change| change.change_id).collect();
    let told = seen.told(log, views, workspace, ids).await?;
    for (change, told) in changes.iter_mut().zip(told) {
        change.summary = told;
    }
    let actors = changes
        .iter()
        .filter_map(|change| change.actor.user())
        .collect();
    let names = views
        .read(move |r| members::display_names(r, &actors))
        .await?;
    for change in &mut changes {
        change.actor_name = change.actor.user().and_then(|id| names.get(&id).cloned());
    }
    Ok(Json(Items::from(changes)).into_response())
}

fn begin(row: &Recorded, user: UserId) -> ChangeSummary {
    let header = &row.header;
    let mut change = ChangeSummary {
        change_id: header.change_id,
        recorded_at: header.recorded_at,
        actor: header.actor,
        actor_name: None,
        position: header.position,
        events: 0,
        summary: String::new(),
        types: BTreeMap::new(),
        streams: Vec::new(),
        undoes: header.undoes,
        undone_by: None,
        undoable: true,
    };
    add(&mut change, row, user);
    change
}

fn add(change: &mut ChangeSummary, row: &Recorded, user: UserId) {
    change.events += 1;
    change.undoable &= !is_lasting(&row.header) && !is_own_joining(&row.header, user);
    *change
        .types
        .entry(row.header.event_type.to_string())
        .or_default() += 1;
    if change.streams.len() < NAMED && !change.streams.contains(&row.header.stream_id) {
        change.streams.push(row.header.stream_id);
    }
}

/// From the newest on: a change that stands cancels the one that it took back.
fn settle(changes: &mut [ChangeSummary]) {
    let mut cancelled: BTreeMap<ChangeId, ChangeId> = BTreeMap::new();
    for change in changes {
        change.undone_by = cancelled.get(&change.change_id).copied();
        change.undoable &= change.undone_by.is_none();
        if let (Some(undone), None) = (change.undoes, change.undone_by) {
            cancelled.insert(undone, change.change_id);
        }
    }
}
