use taskfold_contracts::events::{
    Event, ListArchived, ListCreated, ListDeleted, ListMoved, ListRestored, ListUnarchived,
    ListUpdated,
};
use taskfold_contracts::ids::ListId;
use taskfold_contracts::values::Set;

use super::{Fill, id, instant, origin};

pub(crate) fn samples(fill: Fill) -> Vec<Event> {
    let list_id = ListId(id(0x11));
    vec![
        ListCreated {
            list_id,
            name: fill.text("Groceries"),
            color: fill.some("#4f46e5".into()),
            rank: fill.text("a0"),
            origin: fill.some(origin()),
            updated_at: fill.some(instant("2026-11-19T08:30:00.25Z")),
        }
        .into(),
        ListUpdated {
            list_id,
            name: fill.some("Food".into()),
            color: fill.some(Set { value: None }),
        }
        .into(),
        ListMoved {
            list_id,
            rank: fill.text("Zz"),
        }
        .into(),
        ListArchived { list_id }.into(),
        ListUnarchived { list_id }.into(),
        ListDeleted { list_id }.into(),
        ListRestored { list_id }.into(),
    ]
}
