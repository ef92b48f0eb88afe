//! What a change could not see.
//!
//! A deletion names the streams of what it deletes, and whatever is put into a list or under a task names the
//! list or the task as read. So whoever comes second after a deletion conflicts and is decided again; but a
//! task that came first moved no stream that the deletion names, and stays live in something deleted. Once
//! the deletion is in the log no other one can follow, so looking once, after catching up with it, finds all
//! (docs/decisions/0011-strays-are-swept.md).

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::events::Event;
use taskfold_contracts::ids::{ChangeId, ListId, StreamId, TaskId};

use crate::decision::{Context, Decided, Decision};
use crate::members::unassign;
use crate::task::{Task, delete_tree, follow_list};
use crate::workspace::Workspace;

/// Whether a change with this event has to be swept: others may have put something there meanwhile.
fn leaves_strays(event: &Event) -> bool {
    matches!(
        event,
        Event::ListDeleted(_)
            | Event::TaskDeleted(_)
            | Event::TaskMoved(_)
            | Event::WorkspaceMemberLeft(_)
    )
}

impl Decision {
    /// The streams to [`Workspace::sweep`] once this decision is in the log; mostly none.
    pub fn to_sweep(&self) -> Vec<StreamId> {
        let events = self.events.iter().map(|decided| &decided.event);
        let streams: BTreeSet<StreamId> = events
            .filter(|event| leaves_strays(event))
            .map(Event::stream)
            .collect();
        streams.into_iter().collect()
    }
}

impl Workspace {
    /// What `change` left behind among `streams`, which it deleted or moved: live tasks in what it deleted go
    /// to the trash, subtasks follow their parents into their list, and what was assigned to somebody who left
    /// becomes nobody's. To be asked on a state that holds the
    /// whole change, and to be appended as more events of it: undo and restore then take all as one.
    pub fn sweep(&self, ctx: &Context, change: ChangeId, streams: &[StreamId]) -> Decision {
        let mut sweep = Sweep::default();
        for stream in streams {
            if *stream == self.id().into() {
                let is_gone = |user| self.role_of(user).is_none();
                sweep.take(*stream, unassign(self, ctx, is_gone));
                continue;
            }
            let (list_id, task_id) = (ListId::from(*stream), TaskId::from(*stream));
            if let Some(list) = self.list(list_id) {
                if list.deleted_by == Some(change) {
                    sweep.delete(self, ctx, *stream, self.tasks_in(Some(list_id), None));
                }
            } else if let Some(task) = self.task(task_id) {
                sweep.follow(self, ctx, task);
                if task.deleted_by == Some(change) {
                    sweep.delete(self, ctx, *stream, self.children(task_id));
                }
            }
        }
        sweep.decision.settle()
    }

    /// The changes whose deletions were not swept (their process ended in between), each with the streams to
    /// [`Workspace::sweep`]. Looks at every task: for a state that was just folded.
    pub fn unswept(&self) -> BTreeMap<ChangeId, Vec<StreamId>> {
        let mut found: BTreeMap<ChangeId, BTreeSet<StreamId>> = BTreeMap::new();
        for task in self.tasks().filter(|task| !task.is_deleted()) {
            let parent = task.parent_id.and_then(|id| self.task(id));
            let list = task.list_id.and_then(|id| self.list(id));
            let place = match (parent, list) {
                (Some(parent), _) => parent.deleted_by.map(|by| (by, StreamId::from(parent.id))),
                (None, Some(list)) => list.deleted_by.map(|by| (by, StreamId::from(list.id))),
                (None, None) => None,
            };
            if let Some((change, stream)) = place {
                found.entry(change).or_default().insert(stream);
            }
        }
        let list = |(change, streams): (_, BTreeSet<_>)| (change, streams.into_iter().collect());
        found.into_iter().map(list).collect()
    }
}

#[derive(Default)]
struct Sweep {
    decision: Decision,
    moved: BTreeSet<StreamId>,
    deleted: BTreeSet<StreamId>,
}

impl Sweep {
    fn delete<'a>(
        &mut self,
        workspace: &Workspace,
        ctx: &Context,
        from: StreamId,
        inside: impl Iterator<Item = &'a Task>,
    ) {
        let live = inside.filter(|task| !task.is_deleted());
        let gone: Vec<_> = live
            .flat_map(|task| delete_tree(workspace, ctx, task))
            .filter(|gone| self.deleted.insert(gone.event.stream()))
            .collect();
        self.take(from, gone);
    }

    fn follow(&mut self, workspace: &Workspace, ctx: &Context, task: &Task) {
        let follow = follow_list(workspace, ctx, task.id, task.list_id);
        let new = follow.into_iter();
        let new: Vec<_> = new
            .filter(|decided| self.moved.insert(decided.event.stream()))
            .collect();
        self.take(task.id.into(), new);
    }

    fn take(&mut self, from: StreamId, events: Vec<Decided>) {
        if !events.is_empty() {
            // Whoever takes it out of the trash, or moves it, at the same moment is seen.
            self.decision.reads.push(from);
            self.decision.events.extend(events);
        }
    }
}
