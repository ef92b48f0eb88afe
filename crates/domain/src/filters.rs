//! Saved filters.

use taskfold_contracts::commands::SaveFilter;
use taskfold_contracts::events::{WorkspaceFilterRemoved, WorkspaceFilterSaved};
use taskfold_contracts::ids::FilterId;

use crate::decision::{Context, Decision, Outcome};
use crate::rejection::{Faults, Rejection};
use crate::text;
use crate::workspace::{SavedFilter, Workspace};

/// Most saved filters of a workspace.
const MAX_FILTERS: usize = 200;

/// Saves a filter under a name: a new one, or a known one again.
pub(crate) fn save(workspace: &Workspace, ctx: &Context, input: &SaveFilter) -> Outcome {
    let filter = checked(&input.name, &input.query, &input.sort)?;
    let filter_id = if let Some(id) = input.filter_id {
        let held = workspace
            .filter(id)
            .ok_or_else(|| Rejection::not_found("filter", id))?;
        if *held == filter {
            return Ok(Decision::nothing(workspace.id()));
        }
        id
    } else {
        room(workspace)?;
        FilterId(ctx.ids.next())
    };
    Ok(Decision::one(ctx, saved(workspace, filter_id, filter)))
}

/// A filter whose every field is right.
pub(crate) fn checked(name: &str, query: &str, sort: &str) -> Result<SavedFilter, Rejection> {
    let mut faults = Faults::default();
    let filter = SavedFilter {
        name: faults.take(text::name("name", name)),
        query: faults.take(text::query("query", query)),
        sort: faults.take(text::query("sort", sort)),
    };
    faults.end().map(|()| filter)
}

/// Whether one more can be saved.
pub(crate) fn room(workspace: &Workspace) -> Result<(), Rejection> {
    if workspace.filters().count() >= MAX_FILTERS {
        let message = format!("more than {MAX_FILTERS} saved filters");
        return Err(Rejection::conflict("too_many_filters", message));
    }
    Ok(())
}

/// The event that saves a filter.
pub(crate) fn saved(
    workspace: &Workspace,
    id: FilterId,
    filter: SavedFilter,
) -> WorkspaceFilterSaved {
    WorkspaceFilterSaved {
        workspace: workspace.id(),
        filter_id: id,
        name: filter.name,
        query: filter.query,
        sort: filter.sort,
    }
}

/// Removes a saved filter.
pub(crate) fn remove(workspace: &Workspace, ctx: &Context, id: FilterId) -> Outcome {
    if workspace.filter(id).is_none() {
        return Err(Rejection::not_found("filter", id));
    }
    let workspace = workspace.id();
    Ok(Decision::one(
        ctx,
        WorkspaceFilterRemoved {
            workspace,
            filter_id: id,
        },
    ))
}
