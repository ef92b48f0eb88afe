//! Bringing lists and tasks from elsewhere, with their original times. What is there already (by its id,
//! which the importer makes from where the thing came from) is passed over and counted; but what is in the
//! trash because an import was undone comes out of it again. Tasks of a list whose name an active list has go
//! into that one.

mod checked;
mod places;

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::commands::{CreateTask, Import, ImportFilter, ImportList, ImportTask};
use taskfold_contracts::events::{
    Event, ListArchived, ListCreated, ListRestored, TaskCommentEdited, TaskCommented,
    TaskCompleted, TaskCreated, TaskDeleted,
};
use taskfold_contracts::ids::{ListId, StreamId, TaskId};
use taskfold_contracts::position::Version;
use taskfold_contracts::time::Timestamp;

use crate::brought::Brought;
use crate::decision::{Context, Decided, Decision, JoinedList, Outcome};
use crate::list::{delete_list, last_rank};
use crate::rejection::{Faults, Rejection};
use crate::task::{check_blocker, checked_due, validated};
use crate::workspace::Workspace;
use crate::{filters, list, task, text};
use checked::{Said, comments, origin, person, rank};

/// All or nothing; all fields that are wrong in one thing are named at once. A task that repeats and is done
/// makes no next occurrence: if there is one, the import brings it.
pub(crate) fn import(workspace: &Workspace, ctx: &Context, import: &Import) -> Outcome {
    let mut run = Run {
        state: workspace.clone(),
        ctx,
        decision: Decision::default(),
        new_lists: BTreeSet::new(),
        made: BTreeSet::new(),
        restored: BTreeSet::new(),
        stand_ins: places::stand_ins(workspace, import),
        not_needed: places::not_needed(workspace, import),
        wanted_again: places::wanted_again(workspace, import),
        brings: import
            .tasks
            .iter()
            .filter_map(|it| it.task.task_id)
            .collect(),
    };
    for (index, list) in import.lists.iter().enumerate() {
        run.list(list)
            .map_err(|rejection| rejection.within(&format!("lists[{index}]")))?;
    }
    let mut created = Vec::with_capacity(import.tasks.len());
    let within =
        |index: usize| move |rejection: Rejection| rejection.within(&format!("tasks[{index}]"));
    for (index, task) in import.tasks.iter().enumerate() {
        if let Some(id) = run.task(task).map_err(within(index))? {
            created.push((index, id, task));
        }
    }
    // A task may wait for one that comes later in the import, so these come last.
    for (index, id, task) in created {
        run.blockers(id, task).map_err(within(index))?;
        run.ending(id, task);
    }
    import.lists.iter().for_each(|list| run.end_list(list));
    for (index, filter) in import.filters.iter().enumerate() {
        run.filter(filter)
            .map_err(|rejection| rejection.within(&format!("filters[{index}]")))?;
    }
    run.decision.restored = run.restored.len();
    Ok(run.decision)
}

struct Run<'a> {
    state: Workspace,
    ctx: &'a Context<'a>,
    decision: Decision,
    /// Lists of the import for which one stands that was here before.
    stand_ins: BTreeMap<ListId, ListId>,
    /// Lists of the import into which nothing would come.
    not_needed: BTreeSet<ListId>,
    /// Lists of the import that somebody put into the trash, and into which new tasks come.
    wanted_again: BTreeSet<ListId>,
    /// Lists that it made.
    new_lists: BTreeSet<ListId>,
    /// Tasks that it made.
    made: BTreeSet<TaskId>,
    /// What came out of the trash.
    restored: BTreeSet<StreamId>,
    /// Tasks of the import.
    brings: BTreeSet<TaskId>,
}

impl Run<'_> {
    fn emit(&mut self, event: impl Into<Event>, at: Option<Timestamp>) {
        // An import does not bring things from the future.
        let occurred_at = at.unwrap_or(self.ctx.now).min(self.ctx.now);
        let decided = Decided {
            event: event.into(),
            occurred_at,
        };
        self.state.apply_decided(&decided, self.ctx.actor);
        self.decision.events.push(decided);
    }

    fn list(&mut self, list: &ImportList) -> Result<(), Rejection> {
        let list_id = list.list_id;
        if self.stand_ins.contains_key(&list_id) || self.not_needed.contains(&list_id) {
            self.decision.skipped += 1;
            return Ok(());
        }
        if self.state.version(list_id.into()) > Version(0) {
            let held = self.state.list(list_id);
            if Brought::is_taken_back(held.and_then(|held| held.brought.as_deref())) {
                let again = list::restore(&self.state, self.ctx, list_id)?;
                self.bring_again(again);
            } else if self.wanted_again.contains(&list_id) && !list.deleted {
                self.bring_again(Decision {
                    events: vec![self.ctx.now(ListRestored { list_id })],
                    ..Decision::nothing(list_id)
                });
            } else {
                self.decision.skipped += 1;
            }
            return Ok(());
        }
        let mut faults = Faults::default();
        let name = faults.take(text::name("name", &list.name));
        let color = list.color.as_deref();
        let color = color.and_then(|color| faults.good(text::color("color", color)));
        let origin = origin(&list.origin, &mut faults);
        let rank = faults.take(rank(list.rank.as_deref()));
        faults.end()?;
        let rank = rank.unwrap_or_else(|| last_rank(&self.state));
        let event = ListCreated {
            list_id,
            name,
            color,
            rank,
            origin: Some(origin),
            updated_at: self.last_change(list.created_at, list.updated_at),
        };
        self.emit(event, list.created_at);
        self.new_lists.insert(list_id);
        Ok(())
    }

    /// Archived and deleted come once its tasks are there.
    fn end_list(&mut self, list: &ImportList) {
        let list_id = list.list_id;
        if !self.new_lists.remove(&list_id) {
            return;
        }
        if list.archived {
            self.emit(ListArchived { list_id }, list.archived_at);
        }
        if list.deleted {
            for gone in delete_list(&self.state, self.ctx, list_id) {
                self.emit(gone.event, list.deleted_at);
            }
        }
    }

    /// The task's id when it is new.
    fn task(&mut self, import: &ImportTask) -> Result<Option<TaskId>, Rejection> {
        let Some(id) = import.task.task_id else {
            let message = "an import derives it from origin";
            return Err(Rejection::invalid("task.task_id", "missing", message));
        };
        if self.state.version(id.into()) > Version(0) {
            self.known_task(id)?;
            return Ok(None);
        }
        let mut faults = Faults::default();
        let origin = origin(&import.origin, &mut faults);
        let said = comments(&self.state, self.ctx, &import.comments, &mut faults);
        let created_by = import.created_by;
        let created_by =
            created_by.and_then(|by| faults.good(person(&self.state, self.ctx, "created_by", by)));
        for (field, named) in [
            ("previous_id", import.previous_id),
            ("next_id", import.next_id),
        ] {
            if named.is_some_and(|named| !self.knows(named)) {
                faults.add(field, "unknown", "no such task, here or in the import");
            }
        }
        let rank = faults.take(rank(import.rank.as_deref()));
        let anchor = import.series.as_ref();
        let anchor = anchor.and_then(|series| faults.good(checked_due(&series.anchor)));
        faults.end()?;
        let task = CreateTask {
            blocked_by: Vec::new(),
            list_id: self.place_of(&import.task),
            ..import.task.clone()
        };
        let mut reads = Vec::new();
        let mut event = validated(&self.state, self.ctx, &task, Some(origin), &mut reads)?;
        self.decision.reads.extend(reads);
        if let Some(rank) = rank {
            event.rank = rank;
        }
        if let (Some(goes_on), Some(series), Some(anchor)) =
            (&mut event.recurrence, &import.series, anchor)
        {
            goes_on.anchor = anchor;
            goes_on.occurrence = series.occurrence.max(1);
        }
        let event = TaskCreated {
            previous_id: import.previous_id,
            created_by: created_by.filter(|by| Some(*by) != self.ctx.actor.user()),
            updated_at: self.last_change(import.created_at, import.updated_at),
            ..event
        };
        self.emit(event, import.created_at);
        self.made.insert(id);
        if let Some(list) = import.task.list_id.and_then(|list| self.stand_in(list)) {
            self.join(list);
        }
        for said in said {
            self.say(id, said);
        }
        Ok(Some(id))
    }

    fn stand_in(&self, list: ListId) -> Option<ListId> {
        self.stand_ins.get(&list).copied()
    }

    /// Names a list that took tasks of one of the import.
    fn join(&mut self, list_id: ListId) {
        let joined = &mut self.decision.joined;
        if let Some(list) = self.state.list(list_id)
            && joined.iter().all(|known| known.list_id != list_id)
        {
            let name = list.name.clone();
            joined.push(JoinedList { list_id, name });
        }
    }

    /// The list into which a task goes. A parent that was here before may have been moved since.
    fn place_of(&self, task: &CreateTask) -> Option<ListId> {
        let moved = task
            .parent_id
            .filter(|parent| !self.made.contains(parent))
            .and_then(|parent| self.state.task(parent));
        match (moved, task.list_id) {
            (Some(parent), Some(_)) => parent.list_id,
            (None | Some(_), list) => list.map(|id| self.stand_in(id).unwrap_or(id)),
        }
    }

    fn say(&mut self, task_id: TaskId, said: Said) {
        let (comment_id, body) = (said.comment_id, said.body);
        let reworded = said.edited_at.map(|at| (at, body.clone()));
        let event = TaskCommented {
            task_id,
            comment_id,
            author_id: said.author_id,
            body,
        };
        self.emit(event, said.created_at);
        if let Some((at, body)) = reworded {
            let event = TaskCommentEdited {
                task_id,
                comment_id,
                body,
            };
            self.emit(event, Some(at));
        }
    }

    /// When something last changed there, if that is known and later than its making.
    fn last_change(
        &self,
        created_at: Option<Timestamp>,
        updated_at: Option<Timestamp>,
    ) -> Option<Timestamp> {
        let now = self.ctx.now;
        updated_at
            .map(|at| at.min(now))
            .filter(|at| *at > created_at.unwrap_or(now))
    }

    fn knows(&self, id: TaskId) -> bool {
        self.brings.contains(&id) || self.state.task(id).is_some()
    }

    /// A task that is here already, maybe in the trash because its import was undone.
    fn known_task(&mut self, id: TaskId) -> Result<(), Rejection> {
        let held = self.state.task(id).filter(|held| held.is_deleted());
        if Brought::is_taken_back(held.and_then(|held| held.brought.as_deref())) {
            let again = task::restore(&self.state, self.ctx, id)?;
            self.bring_again(again);
        } else if !self.restored.contains(&id.into()) {
            self.decision.skipped += 1;
        }
        Ok(())
    }

    fn bring_again(&mut self, again: Decision) {
        self.decision.reads.extend(again.reads);
        for decided in again.events {
            if let Event::ListRestored(_) | Event::TaskRestored(_) = &decided.event {
                self.restored.insert(decided.event.stream());
            }
            self.emit(decided.event, None);
        }
    }

    fn filter(&mut self, import: &ImportFilter) -> Result<(), Rejection> {
        let id = import.filter_id;
        if self.state.filter(id).is_some() {
            self.decision.skipped += 1;
            return Ok(());
        }
        filters::room(&self.state)?;
        let filter = filters::checked(&import.name, &import.query, &import.sort)?;
        let saved = filters::saved(&self.state, id, filter);
        // First saved, and saved again.
        let again = self.last_change(import.created_at, import.updated_at);
        let again = again.map(|at| (at, saved.clone()));
        self.emit(saved, import.created_at);
        if let Some((at, saved)) = again {
            self.emit(saved, Some(at));
        }
        Ok(())
    }

    fn blockers(&mut self, id: TaskId, import: &ImportTask) -> Result<(), Rejection> {
        let blockers: BTreeSet<TaskId> = import.task.blocked_by.iter().copied().collect();
        let Some(task) = self.state.task(id) else {
            return Ok(());
        };
        let mut event = task.no_update();
        for blocker in &blockers {
            check_blocker(&self.state, id, *blocker, &mut self.decision.reads)?;
        }
        if !blockers.is_empty() {
            event.blocked_by_added = blockers.into_iter().collect();
            self.emit(event, import.updated_at.or(import.created_at));
        }
        Ok(())
    }

    /// Done and deleted come last, so that children find their parents live.
    fn ending(&mut self, id: TaskId, import: &ImportTask) {
        if let Some(at) = import.completed_at {
            self.emit(
                TaskCompleted {
                    task_id: id,
                    next_id: import.next_id,
                },
                Some(at),
            );
        }
        let parent = import
            .task
            .parent_id
            .and_then(|parent| self.state.task(parent));
        let parent_deleted_at = parent.and_then(|parent| parent.deleted_at);
        if import.deleted || parent_deleted_at.is_some() {
            let at = import.deleted_at.or(parent_deleted_at);
            self.emit(TaskDeleted { task_id: id }, at);
        }
    }
}
