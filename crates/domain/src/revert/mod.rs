//! Bringing fields back to how they were: what undo and restore have in common.
//!
//! Both name things, for each the fields that are to come back, and a workspace in which they are as they
//! were. What today's state forbids (a parent in the trash, a cycle, the last owner) stays and is reported.

mod field;
mod going;
mod list;
mod place;
mod task;
mod workspace;

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::events::Event;
use taskfold_contracts::ids::{ChangeId, ListId, StreamId, TaskId};
use taskfold_contracts::time::Timestamp;

use crate::decision::{Context, Decided, Decision, Kept};
use crate::workspace::Workspace;

pub(crate) use field::{Field, touched};

/// Which fields of a thing are to come back.
#[derive(Debug, Clone)]
pub(crate) enum Fields {
    /// All, and of the comments those that the caller may change.
    All,
    /// These.
    These(BTreeSet<Field>),
}

impl Fields {
    fn has(&self, field: &Field) -> bool {
        match self {
            Self::All => true,
            Self::These(fields) => fields.contains(field),
        }
    }
}

/// What is to come back.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) tasks: Vec<(TaskId, Fields)>,
    pub(crate) lists: Vec<(ListId, Fields)>,
    pub(crate) workspace: Option<Fields>,
    /// Tasks that stay whatever else is planned, each with the later change because of which.
    pub(crate) stays: BTreeMap<TaskId, ChangeId>,
}

/// The events that bring the planned fields of `current` back to how they are in `then`; a thing that is not
/// there goes to the trash, unless something is in it that does not go. In an order in which each event is
/// allowed: lists and parents come back before what is in them, and go last.
pub(crate) fn revert(
    current: &Workspace,
    then: &Workspace,
    ctx: &Context,
    mut plan: Plan,
) -> Decision {
    let mut run = Revert {
        state: current.clone(),
        then,
        ctx,
        decision: Decision::default(),
    };
    // Who comes back can be an assignee again.
    if let Some(Fields::These(wanted)) = &plan.workspace {
        run.members(wanted);
    }
    for (id, fields) in &plan.lists {
        run.list(*id, fields);
    }
    plan.tasks
        .sort_by_cached_key(|(id, fields)| (run.depth(*id, fields), *id));
    for (id, fields) in &plan.tasks {
        run.place(*id, fields);
    }
    for (id, fields) in &plan.tasks {
        run.task(*id, fields);
    }
    run.trash(&plan);
    if let Some(fields) = &plan.workspace {
        run.workspace(fields);
    }
    run.decision
}

struct Revert<'a> {
    /// Today's state with what was decided so far.
    state: Workspace,
    then: &'a Workspace,
    ctx: &'a Context<'a>,
    decision: Decision,
}

impl Revert<'_> {
    fn emit(&mut self, event: impl Into<Event>) {
        self.emit_at(event, self.ctx.now);
    }

    fn emit_at(&mut self, event: impl Into<Event>, occurred_at: Timestamp) {
        self.take(Decided {
            event: event.into(),
            occurred_at,
        });
    }

    fn take(&mut self, decided: Decided) {
        self.state.apply_decided(&decided, self.ctx.actor);
        self.decision.events.push(decided);
    }

    fn keep(&mut self, stream: impl Into<StreamId>, field: &Field, because: Option<ChangeId>) {
        let kept = Kept {
            stream: stream.into(),
            field: field.to_string(),
            because,
        };
        self.decision.kept.push(kept);
    }
}
