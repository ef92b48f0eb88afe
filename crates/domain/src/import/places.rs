//! Into which lists the tasks of an import go.

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::commands::{Import, ImportList};
use taskfold_contracts::ids::{ListId, TaskId};
use taskfold_contracts::position::Version;

use crate::brought::Brought;
use crate::list::List;
use crate::text;
use crate::workspace::Workspace;

/// The lists that were here before and take the tasks of lists of the import: those of the same name (NFC, without
/// regard to case) that are neither in the archive nor in the trash, the oldest of several. A list that is here
/// itself needs none, unless it is in the trash; and one that comes into the archive or the trash gets none.
pub(super) fn stand_ins(workspace: &Workspace, import: &Import) -> BTreeMap<ListId, ListId> {
    let active = |list: &&List| !list.is_deleted() && list.archived_at.is_none();
    let mut named: BTreeMap<String, &List> = BTreeMap::new();
    for list in workspace.lists().filter(active) {
        let oldest = named.entry(text::key(&list.name)).or_insert(list);
        if list.created_at < oldest.created_at {
            *oldest = list;
        }
    }
    let of = |list: &ImportList| {
        let stands_alone = list.archived || list.deleted || is_usable(workspace, list.list_id);
        let found = named
            .get(&text::key(&list.name))
            .filter(|_| !stands_alone)?;
        Some((list.list_id, found.id))
    };
    import.lists.iter().filter_map(of).collect()
}

/// Lists of the import that are not here although all their tasks are, in other lists by now: nothing would come
/// into them.
pub(super) fn not_needed(workspace: &Workspace, import: &Import) -> BTreeSet<ListId> {
    let (with_new, with_known) = by_tasks(workspace, import);
    let is_gone = |list: &ListId| workspace.version((*list).into()) == Version(0);
    let without_new = with_known.difference(&with_new).copied();
    without_new.filter(is_gone).collect()
}

/// Lists of the import, in the trash here, into which something new would come: they come out of it, but what
/// went there with them does not.
pub(super) fn wanted_again(workspace: &Workspace, import: &Import) -> BTreeSet<ListId> {
    let (mut with_new, _) = by_tasks(workspace, import);
    with_new.retain(|list| workspace.list(*list).is_some_and(List::is_deleted));
    with_new
}

/// Lists with tasks that are not here, and lists with tasks that are.
fn by_tasks(workspace: &Workspace, import: &Import) -> (BTreeSet<ListId>, BTreeSet<ListId>) {
    let is_here = |id: TaskId| workspace.version(id.into()) > Version(0);
    let (mut with_new, mut with_known) = (BTreeSet::new(), BTreeSet::new());
    for task in &import.tasks {
        let lists = if task.task.task_id.is_some_and(is_here) {
            &mut with_known
        } else {
            &mut with_new
        };
        lists.extend(task.task.list_id);
    }
    (with_new, with_known)
}

/// Whether a list is here, or comes out of the trash by the import.
fn is_usable(workspace: &Workspace, id: ListId) -> bool {
    let usable =
        |list: &List| !list.is_deleted() || Brought::is_taken_back(list.brought.as_deref());
    workspace.list(id).is_some_and(usable)
}
