//! Lists come back.

use taskfold_contracts::events::{
    ListArchived, ListMoved, ListRestored, ListUnarchived, ListUpdated,
};
use taskfold_contracts::ids::ListId;
use taskfold_contracts::values::Set;

use super::{Field, Fields, Revert};
use crate::list::delete_list;

impl Revert<'_> {
    /// Fields of a list, and the list out of the trash when it was not in there.
    pub(super) fn list(&mut self, id: ListId, fields: &Fields) {
        let (Some(then), Some(now)) = (self.then.list(id), self.state.list(id)) else {
            return;
        };
        let now = now.clone();
        if fields.has(&Field::Deleted) && now.is_deleted() && !then.is_deleted() {
            self.emit(ListRestored { list_id: id });
        }
        let name = fields.has(&Field::Name) && then.name != now.name;
        let color = fields.has(&Field::Color) && then.color != now.color;
        if name || color {
            self.emit(ListUpdated {
                list_id: id,
                name: name.then(|| then.name.clone()),
                color: color.then(|| Set {
                    value: then.color.clone(),
                }),
            });
        }
        if fields.has(&Field::Place) && then.rank != now.rank {
            self.emit(ListMoved {
                list_id: id,
                rank: then.rank.clone(),
            });
        }
        if fields.has(&Field::Archived) {
            match (then.archived_at, now.archived_at) {
                (Some(at), None) => self.emit_at(ListArchived { list_id: id }, at),
                (None, Some(_)) => self.emit(ListUnarchived { list_id: id }),
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
    }

    /// Puts a list with its tasks into the trash that was in there, or was not there at all.
    pub(super) fn delete_list(&mut self, id: ListId, fields: &Fields) {
        let Some(now) = self.state.list(id) else {
            return;
        };
        let goes = match self.then.list(id) {
            Some(then) => then.is_deleted() && fields.has(&Field::Deleted),
            None => fields.has(&Field::Created),
        };
        if goes && !now.is_deleted() {
            for gone in delete_list(&self.state, self.ctx, id) {
                self.take(gone);
            }
        }
    }
}
