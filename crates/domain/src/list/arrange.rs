//! Changing a list: its fields, its place, the archive.

use taskfold_contracts::commands::{MoveList, UpdateList};
use taskfold_contracts::events::{ListArchived, ListMoved, ListUnarchived, ListUpdated};
use taskfold_contracts::ids::ListId;
use taskfold_contracts::values::Set;

use super::List;
use super::create::free_name;
use crate::decision::{Context, Decision, Outcome};
use crate::rank;
use crate::rejection::{Faults, Rejection};
use crate::text;
use crate::workspace::Workspace;

impl Workspace {
    /// A list that is not in the trash.
    pub(crate) fn live_list(&self, id: ListId) -> Result<&List, Rejection> {
        let list = self
            .list(id)
            .ok_or_else(|| Rejection::not_found("list", id))?;
        if list.is_deleted() {
            return Err(Rejection::conflict(
                "deleted",
                format!("the list {id} is in the trash"),
            ));
        }
        Ok(list)
    }
}

/// Changes the fields that differ.
pub(crate) fn update(
    workspace: &Workspace,
    ctx: &Context,
    id: ListId,
    changes: &UpdateList,
) -> Outcome {
    let list = workspace.live_list(id)?;
    let mut faults = Faults::default();
    let name = changes
        .name
        .as_deref()
        .map(|name| faults.take(text::name("name", name)));
    let color = changes.color.as_ref().map(|color| {
        color
            .as_deref()
            .and_then(|color| faults.good(text::color("color", color)))
    });
    faults.end()?;
    let name = name.filter(|name| *name != list.name);
    if let Some(name) = name.as_deref().filter(|_| list.archived_at.is_none()) {
        free_name(workspace, id, name)?;
    }
    let color = color
        .filter(|color| *color != list.color)
        .map(|value| Set { value });
    if name.is_none() && color.is_none() {
        return Ok(Decision::nothing(id));
    }
    Ok(Decision::one(
        ctx,
        ListUpdated {
            list_id: id,
            name,
            color,
        },
    ))
}

/// Puts a list between the named neighbours, or last.
pub(crate) fn reorder(workspace: &Workspace, ctx: &Context, id: ListId, to: &MoveList) -> Outcome {
    let list = workspace.live_list(id)?;
    let neighbour = |field: &str, other: Option<ListId>| match other {
        None => Ok(None),
        Some(other) if other == id => Err(Rejection::invalid(
            field,
            "not_a_sibling",
            "a list is not beside itself",
        )),
        Some(other) => workspace
            .live_list(other)
            .map(|list| Some(list.rank.as_str())),
    };
    let after = neighbour("after", to.after)?;
    let before = neighbour("before", to.before)?;
    let others = || {
        workspace
            .lists()
            .filter(|other| other.id != id)
            .map(|list| list.rank.as_str())
    };
    let (low, high) = match (after, before) {
        (Some(low), Some(high)) if low >= high => {
            let message = "after has to come before before";
            return Err(Rejection::invalid("before", "not_in_order", message));
        }
        (Some(low), None) => (Some(low), others().filter(|rank| *rank > low).min()),
        (None, Some(high)) => (others().filter(|rank| *rank < high).max(), Some(high)),
        (None, None) => (others().max(), None),
        (low, high) => (low, high),
    };
    let own = list.rank.as_str();
    if low.is_none_or(|low| low < own) && high.is_none_or(|high| own < high) {
        return Ok(Decision::nothing(id));
    }
    let reads = to
        .after
        .iter()
        .chain(&to.before)
        .map(|id| (*id).into())
        .collect();
    let rank = rank::between(low, high);
    Ok(Decision {
        reads,
        ..Decision::one(ctx, ListMoved { list_id: id, rank })
    })
}

/// Puts a list away; its tasks stay as they are.
pub(crate) fn archive(workspace: &Workspace, ctx: &Context, id: ListId) -> Outcome {
    if workspace.live_list(id)?.archived_at.is_some() {
        return Ok(Decision::nothing(id));
    }
    Ok(Decision::one(ctx, ListArchived { list_id: id }))
}

/// Takes a list out of the archive, unless its name was given to another one meanwhile.
pub(crate) fn unarchive(workspace: &Workspace, ctx: &Context, id: ListId) -> Outcome {
    let list = workspace.live_list(id)?;
    if list.archived_at.is_none() {
        return Ok(Decision::nothing(id));
    }
    free_name(workspace, id, &list.name)?;
    Ok(Decision::one(ctx, ListUnarchived { list_id: id }))
}
