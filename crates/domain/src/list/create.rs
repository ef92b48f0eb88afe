//! Making a list.

use taskfold_contracts::commands::CreateList;
use taskfold_contracts::events::ListCreated;
use taskfold_contracts::ids::ListId;
use taskfold_contracts::position::Version;

use crate::decision::{Context, Decision, Outcome};
use crate::rank;
use crate::rejection::{Faults, Rejection};
use crate::text;
use crate::workspace::Workspace;

/// Makes a list, last among the lists.
pub(crate) fn create(workspace: &Workspace, ctx: &Context, input: &CreateList) -> Outcome {
    let list_id = input.list_id.unwrap_or_else(|| ListId(ctx.ids.next()));
    if workspace.version(list_id.into()) > Version(0) {
        return Err(Rejection::already_exists(list_id.into()));
    }
    let mut faults = Faults::default();
    let name = faults.take(text::name("name", &input.name));
    let color = input.color.as_deref();
    let color = color.and_then(|color| faults.good(text::color("color", color)));
    faults.end()?;
    let rank = last_rank(workspace);
    Ok(Decision::one(
        ctx,
        ListCreated {
            list_id,
            name,
            color,
            rank,
            origin: None,
        },
    ))
}

/// The rank after the last list.
pub(crate) fn last_rank(workspace: &Workspace) -> String {
    let last = workspace.lists().map(|list| list.rank.as_str()).max();
    rank::between(last, None)
}
