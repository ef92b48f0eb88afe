//! Where tasks are: list, parent and rank, and the index that keeps them in order.

use std::cmp::Ordering;
use std::ops::RangeInclusive;
use std::sync::Arc;

use taskfold_contracts::ids::{ListId, StreamId, TaskId};

use super::{Task, path};
use crate::rank;
use crate::rejection::Rejection;
use crate::workspace::Workspace;

/// Levels of tasks in tasks: a task without a parent is on level 1.
pub const MAX_DEPTH: usize = 8;

/// A task's place among its siblings: the entry of the index that orders them. Ordered by parent, list, rank
/// and task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seat {
    parent: Option<TaskId>,
    list: Option<ListId>,
    /// The first bytes of the rank: most ranks are told apart without going to where the text is.
    lead: u64,
    rank: Arc<str>,
    task: TaskId,
}

impl Ord for Seat {
    fn cmp(&self, other: &Self) -> Ordering {
        let place = |seat: &Self| (seat.parent, seat.list);
        place(self)
            .cmp(&place(other))
            .then_with(|| self.lead.cmp(&other.lead))
            .then_with(|| self.rank.cmp(&other.rank))
            .then_with(|| self.task.cmp(&other.task))
    }
}

impl PartialOrd for Seat {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The first eight bytes as a number that is ordered like them; missing ones are zeros, which no rank has.
fn lead(rank: &str) -> u64 {
    let mut bytes = [0; 8];
    for (byte, found) in bytes.iter_mut().zip(rank.bytes()) {
        *byte = found;
    }
    u64::from_be_bytes(bytes)
}

impl Seat {
    pub(crate) fn of(task: &Task) -> Self {
        Self::at(
            task.list_id,
            task.parent_id,
            Arc::clone(&task.rank),
            task.id,
        )
    }

    fn at(
        list: Option<ListId>,
        parent: Option<TaskId>,
        rank: impl Into<Arc<str>>,
        task: TaskId,
    ) -> Self {
        let rank = rank.into();
        Self {
            parent,
            list,
            lead: lead(&rank),
            rank,
            task,
        }
    }

    pub(crate) fn task_id(&self) -> TaskId {
        self.task
    }

    /// All seats under `parent`, whatever their list; or, without a parent, all at the top of `list`.
    pub(crate) fn span(list: Option<ListId>, parent: Option<TaskId>) -> RangeInclusive<Self> {
        let (least, most) = if parent.is_some() {
            (None, Some(ListId(uuid::Uuid::max())))
        } else {
            (list, list)
        };
        // '~' sorts after all base-62 digits.
        let edge = |list, rank: &str, task| Self::at(list, parent, rank, task);
        edge(least, "", TaskId(uuid::Uuid::nil()))..=edge(most, "~", TaskId(uuid::Uuid::max()))
    }
}

impl Workspace {
    /// The subtasks of a task, in order, also those in the trash.
    pub fn children(&self, parent: TaskId) -> impl DoubleEndedIterator<Item = &Task> {
        self.tasks_in(None, Some(parent))
    }

    /// The task's subtasks at any depth, parents before children, without the task itself.
    pub fn descendants(&self, of: TaskId) -> Vec<&Task> {
        let mut found: Vec<&Task> = self.children(of).collect();
        let mut next = 0;
        while let Some(task) = found.get(next) {
            found.extend(self.children(task.id));
            next += 1;
        }
        found
    }

    /// The rank after the last task of a place.
    pub(crate) fn last_rank(&self, list: Option<ListId>, parent: Option<TaskId>) -> String {
        let last = self.seats().range(Seat::span(list, parent)).next_back();
        rank::between(last.map(|seat| &*seat.rank), None)
    }

    /// The nearest rank above `low` in a place, without the task `but`.
    pub(crate) fn rank_after(
        &self,
        list: Option<ListId>,
        parent: Option<TaskId>,
        low: &str,
        but: TaskId,
    ) -> Option<&str> {
        let (_, end) = Seat::span(list, parent).into_inner();
        let list = if parent.is_some() {
            self.task_list(parent)
        } else {
            list
        };
        let start = Seat::at(list, parent, low, TaskId(uuid::Uuid::max()));
        let mut seats = self
            .seats()
            .range(start..=end)
            .filter(|seat| seat.task != but);
        seats.find(|seat| &*seat.rank > low).map(|seat| &*seat.rank)
    }

    /// The nearest rank below `high` in a place, without the task `but`.
    pub(crate) fn rank_before(
        &self,
        list: Option<ListId>,
        parent: Option<TaskId>,
        high: &str,
        but: TaskId,
    ) -> Option<&str> {
        let (start, _) = Seat::span(list, parent).into_inner();
        let list = if parent.is_some() {
            self.task_list(parent)
        } else {
            list
        };
        let end = Seat::at(list, parent, high, TaskId(uuid::Uuid::nil()));
        let mut seats = self
            .seats()
            .range(start..=end)
            .rev()
            .filter(|seat| seat.task != but);
        seats
            .find(|seat| &*seat.rank < high)
            .map(|seat| &*seat.rank)
    }

    fn task_list(&self, parent: Option<TaskId>) -> Option<ListId> {
        parent
            .and_then(|id| self.task(id))
            .and_then(|task| task.list_id)
    }

    /// The task's parents, the nearest first; bounded, so that a broken log cannot hang it.
    pub(crate) fn ancestors(&self, of: TaskId) -> impl Iterator<Item = &Task> {
        let parent = |task: &&Task| task.parent_id.and_then(|id| self.task(id));
        let first = self.task(of).and_then(|task| parent(&task));
        std::iter::successors(first, parent).take(4 * MAX_DEPTH)
    }

    /// Levels of live subtasks under a task.
    fn height(&self, of: TaskId) -> usize {
        let mut level: Vec<TaskId> = vec![of];
        let mut height = 0;
        while height <= MAX_DEPTH {
            let children = |id: &TaskId| {
                self.children(*id)
                    .filter(|task| !task.is_deleted())
                    .map(|task| task.id)
                    .collect::<Vec<_>>()
            };
            level = level.iter().flat_map(children).collect();
            if level.is_empty() {
                break;
            }
            height += 1;
        }
        height
    }
}

/// The list that a task under `parent`, or else in `list`, is in; refused when either is missing or in the
/// trash. The streams that this relies on are added to `reads`.
pub(crate) fn live_place(
    workspace: &Workspace,
    list: Option<ListId>,
    parent: Option<TaskId>,
    reads: &mut Vec<StreamId>,
) -> Result<Option<ListId>, Rejection> {
    let list = match parent {
        Some(id) => {
            let task = workspace
                .task(id)
                .ok_or_else(|| Rejection::not_found("task", id))?;
            reads.push(id.into());
            if task.is_deleted() {
                return Err(Rejection::conflict(
                    "deleted",
                    format!("the task {id} is in the trash"),
                ));
            }
            task.list_id
        }
        None => list,
    };
    if let Some(id) = list {
        let list = workspace
            .list(id)
            .ok_or_else(|| Rejection::not_found("list", id))?;
        reads.push(id.into());
        if list.is_deleted() {
            return Err(Rejection::conflict(
                "deleted",
                format!("the list {id} is in the trash"),
            ));
        }
    }
    Ok(list)
}

/// Refuses a list in the archive: what is put there would be seen by nobody.
pub(super) fn not_archived(workspace: &Workspace, list: Option<ListId>) -> Result<(), Rejection> {
    match list.and_then(|id| workspace.list(id)) {
        Some(list) if list.archived_at.is_some() => Err(Rejection::conflict(
            "list_archived",
            format!(
                "the list “{}” is in the archive: take it out first",
                list.name
            ),
        )),
        Some(_) | None => Ok(()),
    }
}

/// Whether `task` (or a new one) may stand under `parent`: no cycle, at most [`MAX_DEPTH`] levels with the
/// live subtasks that come along. The parents that this relies on are added to `reads`.
pub(crate) fn check_place(
    workspace: &Workspace,
    task: Option<TaskId>,
    parent: Option<TaskId>,
    reads: &mut Vec<StreamId>,
) -> Result<(), Rejection> {
    let Some(parent) = parent else { return Ok(()) };
    let mut above = 1;
    if task == Some(parent) {
        return Err(cycle(workspace, &[parent]));
    }
    let mut path = vec![parent];
    for ancestor in workspace.ancestors(parent) {
        above += 1;
        reads.push(ancestor.id.into());
        path.push(ancestor.id);
        if task == Some(ancestor.id) {
            return Err(cycle(workspace, &path));
        }
    }
    let height = task.map_or(0, |task| workspace.height(task));
    if above + 1 + height > MAX_DEPTH {
        return Err(Rejection::conflict(
            "too_deep",
            format!("subtasks go {MAX_DEPTH} levels deep at most"),
        ));
    }
    Ok(())
}

fn cycle(workspace: &Workspace, path: &[TaskId]) -> Rejection {
    let message = match path {
        [_, _, ..] => format!(
            "a task cannot be a part of itself: {}",
            path::told(workspace, path, "is a part of")
        ),
        path => format!(
            "{} cannot be a part of itself",
            path::told(workspace, path, "")
        ),
    };
    Rejection::conflict("cycle", message)
}
