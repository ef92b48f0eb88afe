//! Places of tasks come back, and tasks come out of the trash.

use std::sync::Arc;

use taskfold_contracts::events::{TaskMoved, TaskRestored};
use taskfold_contracts::ids::{ListId, StreamId, TaskId};

use super::{Field, Fields, Revert};
use crate::task::{MAX_DEPTH, Task, check_place, follow_list};

type Place = (Option<ListId>, Option<TaskId>, Arc<str>);

fn place_of(task: &Task) -> Place {
    (task.list_id, task.parent_id, Arc::clone(&task.rank))
}

impl Revert<'_> {
    /// On which level the task is to be: parents are put in place before their children.
    pub(super) fn depth(&self, id: TaskId, fields: &Fields) -> usize {
        let parent_of = |id: TaskId| {
            let then = self.then.task(id).filter(|_| fields.has(&Field::Place));
            then.or_else(|| self.state.task(id))
                .and_then(|task| task.parent_id)
        };
        std::iter::successors(Some(id), |id| parent_of(*id))
            .take(2 * MAX_DEPTH)
            .count()
    }

    /// Puts a task where it was and takes it out of the trash when it was not in there.
    pub(super) fn place(&mut self, id: TaskId, fields: &Fields) {
        let (Some(then), Some(now)) = (self.then.task(id), self.state.task(id)) else {
            return;
        };
        let comes_back = fields.has(&Field::Deleted) && now.is_deleted() && !then.is_deleted();
        let goes = fields.has(&Field::Deleted) && then.is_deleted();
        let wanted = fields.has(&Field::Place) && place_of(then) != place_of(now);
        let lives = comes_back || !(now.is_deleted() || goes);
        let held = place_of(now);
        let place = if wanted { place_of(then) } else { held.clone() };
        if wanted || comes_back {
            let fit = self.fit(id, place.clone(), lives);
            let moved_on = wanted && (fit.0, fit.1) != (self.list_under(&place), place.1);
            if fit != held {
                self.put(id, &fit);
            }
            if moved_on {
                self.keep(id, &Field::Place, None);
            }
        }
        if comes_back {
            self.emit(TaskRestored { task_id: id });
        }
    }

    /// The list of a place: that of its parent, when it has one.
    fn list_under(&self, (list, parent, _): &Place) -> Option<ListId> {
        let parent = parent.and_then(|id| self.state.task(id));
        parent.map_or(*list, |parent| parent.list_id)
    }

    /// The place, or the nearest one that today's state allows.
    fn fit(&mut self, id: TaskId, wanted: Place, lives: bool) -> Place {
        let held = self.state.task(id).map(place_of);
        for place in std::iter::once(wanted).chain(held) {
            let near = if lives {
                self.state.nearest_place(place.0, place.1)
            } else {
                (self.list_under(&place), place.1)
            };
            let mut reads: Vec<StreamId> = Vec::new();
            let allowed = check_place(&self.state, Some(id), near.1, &mut reads).is_ok();
            reads.extend(near.0.map(StreamId::from));
            reads.extend(near.1.map(StreamId::from));
            self.decision.reads.extend(reads);
            if allowed && near.1 == place.1 && (near.1.is_some() || near.0 == place.0) {
                return (near.0, near.1, place.2);
            }
            if allowed {
                return (near.0, near.1, self.state.last_rank(near.0, near.1).into());
            }
        }
        (None, None, self.state.last_rank(None, None).into())
    }

    fn put(&mut self, id: TaskId, (list_id, parent_id, rank): &Place) {
        let (list_id, parent_id) = (*list_id, *parent_id);
        self.emit(TaskMoved {
            task_id: id,
            list_id,
            parent_id,
            rank: rank.as_ref().to_owned(),
        });
        for follows in follow_list(&self.state, self.ctx, id, list_id) {
            self.take(follows);
        }
    }
}
