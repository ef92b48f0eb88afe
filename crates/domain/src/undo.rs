//! Taking a change back.

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::envelope::{Envelope, Header};
use taskfold_contracts::events::{Event, EventType};
use taskfold_contracts::ids::{ChangeId, ListId, StreamId, TaskId};
use taskfold_contracts::position::Version;
use taskfold_contracts::values::Actor;

use crate::decision::{Context, Decision, Kept};
use crate::policy::{Action, action_behind};
use crate::rejection::Rejection;
use crate::revert::{Field, Fields, Plan, revert, touched};
use crate::workspace::Workspace;

/// The whole of a stream, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamHistory {
    /// The stream.
    pub stream: StreamId,
    /// All its events.
    pub events: Vec<Envelope>,
}

/// Takes a change back: each field that it touched returns to what it was before, unless a later change that
/// was not itself undone touched it too; those are named in [`Decision::kept`]. `histories` holds the streams
/// that the change touched. What the change made goes to the trash, however it was edited since; but a list or a
/// task into which later changes put something stays with that, and so does a next occurrence that anything
/// happened to since. To redo a change, undo the one that undid it ([`undone_by`]).
///
/// # Errors
/// `NotFound` when the histories do not hold the change; `Forbidden` when the caller could not have made it;
/// `Conflict` with `nothing_to_undo` when nothing is left of it, `moved_on` when the histories and `current`
/// are not of the same moment.
pub fn undo(
    current: &Workspace,
    ctx: &Context,
    change: ChangeId,
    histories: &[StreamHistory],
) -> Result<Decision, Rejection> {
    let events = || histories.iter().flat_map(|history| &history.events);
    let ours = || events().filter(|event| event.header.change_id == change);
    if ours().next().is_none() {
        return Err(Rejection::not_found("change", change));
    }
    for event in ours() {
        allowed(current, ctx, event)?;
    }
    let opens = |event: &Envelope| event.event.event_type() == EventType::WorkspaceDeleted;
    if current.is_deleted() && !ours().any(opens) {
        return Err(Rejection::conflict(
            "workspace_deleted",
            "the workspace is in the trash",
        ));
    }
    same_moment(current, histories)?;
    let mut before = Workspace::new(current.id());
    for history in histories {
        let past = history
            .events
            .iter()
            .take_while(|event| event.header.change_id != change);
        past.for_each(|event| before.apply(event));
    }
    let mut kept = Vec::new();
    let plan = plan(current, change, histories, &mut kept);
    let mut decision = revert(current, &before, ctx, plan);
    decision.kept.splice(0..0, kept);
    if decision.events.is_empty() && decision.kept.is_empty() {
        return Err(Rejection::conflict(
            "nothing_to_undo",
            "nothing is left of this change",
        ));
    }
    decision
        .reads
        .extend(histories.iter().map(|history| history.stream));
    if ctx.actor != Actor::System {
        decision.reads.push(current.id().into());
    }
    Ok(decision.settle())
}

/// The change that undid `change` and was not itself undone.
pub fn undone_by(histories: &[StreamHistory], change: ChangeId) -> Option<ChangeId> {
    let headers = histories
        .iter()
        .flat_map(|history| &history.events)
        .map(|event| &event.header);
    let mut changes: Vec<Step> = headers.map(Step::of).collect();
    changes.sort_unstable_by_key(|step| step.position);
    changes.dedup_by_key(|step| step.change);
    let active = active(&changes);
    active
        .into_iter()
        .rev()
        .find(|step| step.undoes == Some(change))
        .map(|step| step.change)
}

/// The caller may take back what they may do. Comments of others are the owner's business, and everybody
/// may undo their own joining.
fn allowed(current: &Workspace, ctx: &Context, event: &Envelope) -> Result<(), Rejection> {
    let Some(mut action) = action_behind(&event.event) else {
        return Ok(());
    };
    if action == Action::Comment && event.header.actor.user() != ctx.actor.user() {
        action = Action::Manage;
    }
    if let Event::WorkspaceMemberJoined(joined) = &event.event
        && ctx.actor.user() == Some(joined.member_id)
    {
        action = Action::Leave;
    }
    current.authorise(ctx.actor, action)
}

/// A history that ends before `current` would hide a later edit, and the undo would write over it.
fn same_moment(current: &Workspace, histories: &[StreamHistory]) -> Result<(), Rejection> {
    for history in histories {
        let held = current.version(history.stream);
        let last = history.events.last().map(|event| event.header.version);
        if held > Version(0) && last != Some(held) {
            let message = format!("{} has moved on meanwhile", history.stream);
            return Err(Rejection::conflict("moved_on", message));
        }
    }
    Ok(())
}

/// A change as one field, or one stream, saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    position: u64,
    change: ChangeId,
    undoes: Option<ChangeId>,
}

impl Step {
    fn of(header: &Header) -> Self {
        let (change, undoes) = (header.change_id, header.undoes);
        Self {
            position: header.position.number,
            change,
            undoes,
        }
    }
}

/// Those of `steps` (oldest first) that no later one of them that holds has undone.
fn active(steps: &[Step]) -> Vec<Step> {
    let mut held: Vec<Step> = Vec::new();
    for step in steps.iter().rev() {
        if !held.iter().any(|later| later.undoes == Some(step.change)) {
            held.push(*step);
        }
    }
    held.reverse();
    held
}

/// The last later step that really changed something: it holds, and is not just half of an edit and its
/// undoing (or of an undoing and its redoing) after `change`.
fn blocking(change: ChangeId, later: &[Step]) -> Option<ChangeId> {
    let paired = |step: &Step| {
        let own = step.undoes == Some(change);
        own || later.iter().any(|other| step.undoes == Some(other.change))
    };
    active(later)
        .into_iter()
        .rev()
        .find(|step| !paired(step))
        .map(|step| step.change)
}

/// What comes back, and what stays because of later changes.
fn plan(
    current: &Workspace,
    change: ChangeId,
    histories: &[StreamHistory],
    kept: &mut Vec<Kept>,
) -> Plan {
    let stays = occurrences_that_stay(current, change, histories);
    let mut plan = Plan::default();
    for history in histories {
        if let Some(stay) = stays.get(&history.stream) {
            let field = Field::Created.to_string();
            kept.extend(stay.own.map(|change| Kept {
                stream: history.stream,
                field,
                because: Some(change),
            }));
            plan.stays.insert(history.stream.into(), stay.tree);
            continue;
        }
        let fields = fields_that_return(current, change, history, kept);
        if fields.is_empty() {
            continue;
        }
        let fields = Fields::These(fields);
        let stream = history.stream;
        if stream == current.id().into() {
            plan.workspace = Some(fields);
        } else if current.task(stream.into()).is_some() {
            plan.tasks.push((TaskId::from(stream), fields));
        } else {
            plan.lists.push((ListId::from(stream), fields));
        }
    }
    plan
}

fn fields_that_return(
    current: &Workspace,
    change: ChangeId,
    history: &StreamHistory,
    kept: &mut Vec<Kept>,
) -> BTreeSet<Field> {
    let ours = history
        .events
        .iter()
        .filter(|event| event.header.change_id == change);
    let fields: BTreeSet<Field> = ours.flat_map(|event| touched(&event.event)).collect();
    // What was made goes as a whole; its other fields need not come back one by one.
    if fields.contains(&Field::Created) {
        return BTreeSet::from([Field::Created]);
    }
    let mut returning = BTreeSet::new();
    for field in fields {
        let later = later(change, history, |event| {
            touched(&event.event).contains(&field)
        });
        if active(&later)
            .iter()
            .any(|step| step.undoes == Some(change))
        {
            continue;
        }
        match blocking(change, &later) {
            None => {
                returning.insert(field);
            }
            Some(because) => kept.push(Kept {
                stream: history.stream,
                field: field.to_string(),
                because: Some(because),
            }),
        }
    }
    debug_assert!(current.version(history.stream) > Version(0) || returning.is_empty());
    returning
}

/// The changes after `change` in a stream that have a fitting event, oldest first.
fn later(change: ChangeId, history: &StreamHistory, fits: impl Fn(&Envelope) -> bool) -> Vec<Step> {
    let after = history
        .events
        .iter()
        .skip_while(|event| event.header.change_id != change);
    let after = after.filter(|event| event.header.change_id != change && fits(event));
    let mut steps: Vec<Step> = after.map(|event| Step::of(&event.header)).collect();
    steps.dedup_by_key(|step| step.change);
    steps
}

/// Why an occurrence stays: the later change that happened to it, and one to the tree that it is in.
struct Stay {
    own: Option<ChangeId>,
    tree: ChangeId,
}

/// The next occurrences that the change made, with their subtasks, to which something happened since, or which
/// got new subtasks: they stay.
fn occurrences_that_stay(
    current: &Workspace,
    change: ChangeId,
    histories: &[StreamHistory],
) -> BTreeMap<StreamId, Stay> {
    let mut parents: BTreeMap<StreamId, Option<StreamId>> = BTreeMap::new();
    for event in histories.iter().flat_map(|history| &history.events) {
        if let Event::TaskCreated(created) = &event.event
            && event.header.change_id == change
            && created.previous_id.is_some()
            // One that an import brought is none that a completion made.
            && created.origin.is_none()
        {
            parents.insert(created.task_id.into(), created.parent_id.map(Into::into));
        }
    }
    let top = |stream: StreamId| {
        let up = |at: &StreamId| {
            parents
                .get(at)
                .copied()
                .flatten()
                .filter(|parent| parents.contains_key(parent))
        };
        std::iter::successors(Some(stream), up)
            .take(64)
            .last()
            .unwrap_or(stream)
    };
    let mut because: BTreeMap<StreamId, ChangeId> = BTreeMap::new();
    for history in histories
        .iter()
        .filter(|history| parents.contains_key(&history.stream))
    {
        let later = later(change, history, |event| !touched(&event.event).is_empty());
        let edited = blocking(change, &later);
        let grown = || {
            let mut below = current.children(history.stream.into());
            let new =
                below.find(|task| !task.is_deleted() && !parents.contains_key(&task.id.into()));
            new.and_then(|task| task.placed_by)
        };
        because.extend(edited.or_else(grown).map(|later| (history.stream, later)));
    }
    let trees: BTreeMap<StreamId, ChangeId> = because
        .iter()
        .map(|(stream, later)| (top(*stream), *later))
        .collect();
    let stay = |stream: &StreamId| {
        let tree = *trees.get(&top(*stream))?;
        let own = because.get(stream).copied();
        Some((*stream, Stay { own, tree }))
    };
    parents.keys().filter_map(stay).collect()
}
