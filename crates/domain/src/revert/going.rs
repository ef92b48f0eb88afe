//! What goes to the trash, and what has to stay because something is in it that does not go.

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::events::{ListDeleted, TaskDeleted};
use taskfold_contracts::ids::{ChangeId, ListId, TaskId};

use super::{Field, Fields, Plan, Revert};
use crate::task::Task;

/// Why tasks stay: the later change, where one is known.
type Stays = BTreeMap<TaskId, Option<ChangeId>>;

impl Revert<'_> {
    /// Puts the planned tasks and lists into the trash that were in there, or were not there at all; one that
    /// holds a live task that does not go stays, and so does whatever that one is in.
    pub(super) fn trash(&mut self, plan: &Plan) {
        let mut going: BTreeMap<TaskId, Field> = BTreeMap::new();
        for (id, fields) in &plan.tasks {
            going.extend(self.task_goes(*id, fields).map(|field| (*id, field)));
        }
        let mut stays: Stays = plan.stays.iter().map(|(id, by)| (*id, Some(*by))).collect();
        self.hold_parents(&mut going, &mut stays);
        let planned = plan.tasks.iter().map(|(id, _)| *id);
        let gone: Vec<TaskId> = planned.filter(|id| going.contains_key(id)).collect();
        for task_id in gone {
            self.emit(TaskDeleted { task_id });
        }
        let mut seen = BTreeSet::new();
        for (id, fields) in plan.lists.iter().filter(|(id, _)| seen.insert(*id)) {
            self.trash_list(*id, fields, &stays);
        }
    }

    /// Takes parents out of `going` under which something stays, the deepest first.
    fn hold_parents(&mut self, going: &mut BTreeMap<TaskId, Field>, stays: &mut Stays) {
        let mut order: Vec<(usize, TaskId)> = going
            .keys()
            .map(|id| (self.state.ancestors(*id).count(), *id))
            .collect();
        order.sort_unstable();
        for (_, id) in order.into_iter().rev() {
            let stays_under = |task: &&Task| !task.is_deleted() && !going.contains_key(&task.id);
            let Some(child) = self.state.children(id).find(stays_under) else {
                continue;
            };
            let because = reason(child, stays);
            if let Some(field) = going.remove(&id) {
                self.keep(id, &field, because);
                stays.insert(id, because);
            }
        }
    }

    fn trash_list(&mut self, id: ListId, fields: &Fields, stays: &Stays) {
        let Some(field) = self.list_goes(id, fields) else {
            return;
        };
        let inside = self
            .state
            .tasks_in(Some(id), None)
            .find(|task| !task.is_deleted());
        match inside.map(|task| reason(task, stays)) {
            Some(because) => self.keep(id, &field, because),
            None => self.emit(ListDeleted { list_id: id }),
        }
    }

    /// The field by which a live task goes.
    fn task_goes(&self, id: TaskId, fields: &Fields) -> Option<Field> {
        let now = self.state.task(id).filter(|now| !now.is_deleted());
        let then = self.then.task(id).map(Task::is_deleted);
        now.and_then(|_| goes(then, fields))
    }

    /// The field by which a live list goes.
    fn list_goes(&self, id: ListId, fields: &Fields) -> Option<Field> {
        let now = self.state.list(id).filter(|now| !now.is_deleted());
        let then = self.then.list(id).map(crate::list::List::is_deleted);
        now.and_then(|_| goes(then, fields))
    }
}

/// `deleted_then` is none for a thing that was not there.
fn goes(deleted_then: Option<bool>, fields: &Fields) -> Option<Field> {
    let field = match deleted_then {
        Some(true) => Field::Deleted,
        None => Field::Created,
        Some(false) => return None,
    };
    fields.has(&field).then_some(field)
}

/// The change because of which a task stays: its own, or the one that put it there.
fn reason(task: &Task, stays: &Stays) -> Option<ChangeId> {
    stays.get(&task.id).copied().unwrap_or(task.placed_by)
}
