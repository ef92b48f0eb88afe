//! Lists come back.

use taskfold_contracts::events::{
    ListArchived, ListMoved, ListRestored, ListUnarchived, ListUpdated,
};
use taskfold_contracts::ids::ListId;
use taskfold_contracts::values::Set;

use super::{Field, Fields, Revert};

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
}
