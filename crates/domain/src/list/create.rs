//! Making a list.

use taskfold_contracts::commands::CreateList;
use taskfold_contracts::events::ListCreated;
use taskfold_contracts::ids::ListId;
use taskfold_contracts::position::Version;

use super::List;
use crate::decision::{Context, Decision, Outcome};
use crate::rank;
use crate::rejection::{Faults, Rejection};
use crate::text;
use crate::workspace::Workspace;

/// Makes a list, last among the lists.
pub(crate) fn create(workspace: &Workspace, ctx: &Context, input: &CreateList) -> Outcome {
    let list_id = input.list_id.unwrap_or_else(|| ListId(ctx.ids.next()));
    if workspace.version(list_id.into()) > Version(0) {
        return Err(Rejection::id_taken(list_id.into()));
    }
    let mut faults = Faults::default();
    let name = faults.take(text::name("name", &input.name));
    let color = input.color.as_deref();
    let color = color.and_then(|color| faults.good(text::color("color", color)));
    faults.end()?;
    free_name(workspace, list_id, &name)?;
    let rank = last_rank(workspace);
    Ok(Decision::one(
        ctx,
        ListCreated {
            list_id,
            name,
            color,
            rank,
            origin: None,
            updated_at: None,
        },
    ))
}

/// Refuses a name that another list has which is neither in the archive nor in the trash: nobody could tell the
/// two apart. What comes back (an undo, a restore, an import) keeps its name all the same.
pub(super) fn free_name(workspace: &Workspace, id: ListId, name: &str) -> Result<(), Rejection> {
    let active = |list: &&List| !list.is_deleted() && list.archived_at.is_none();
    let mut others = workspace
        .lists()
        .filter(active)
        .filter(|list| list.id != id);
    match others.find(|list| text::same_tag(&list.name, name)) {
        None => Ok(()),
        Some(other) => Err(Rejection::conflict(
            "list_name_taken",
            format!("there is a list “{}” already", other.name),
        )),
    }
}

/// The rank after the last list.
pub(crate) fn last_rank(workspace: &Workspace) -> String {
    let last = workspace.lists().map(|list| list.rank.as_str()).max();
    rank::between(last, None)
}
