//! What an import brought and an undo took back, so that importing again brings it back.

use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::ChangeId;
use taskfold_contracts::values::Origin;

use crate::task::Happened;

/// How an imported list or task came here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Brought {
    /// The import that made it.
    by: ChangeId,
    /// The later import, or the redo of one, that took it out of the trash last.
    again: Option<ChangeId>,
    /// Whether it is in the trash because such a change was undone, and not because somebody put it there.
    taken_back: bool,
}

impl Brought {
    pub(crate) fn made(origin: Option<&Origin>, happened: &Happened) -> Option<Box<Self>> {
        let by = origin.and(happened.change)?;
        Some(Box::new(Self {
            by,
            again: None,
            taken_back: false,
        }))
    }

    pub(crate) fn deleted(held: &mut Option<Box<Self>>, happened: &Happened) {
        if let Some(brought) = held {
            let undone = |change: ChangeId| change == brought.by || Some(change) == brought.again;
            brought.taken_back = happened.undoes.is_some_and(undone);
        }
    }

    pub(crate) fn restored(held: &mut Option<Box<Self>>, happened: &Happened) {
        if let Some(brought) = held.as_mut().filter(|brought| brought.taken_back) {
            brought.taken_back = false;
            brought.again = happened.change;
        }
    }

    /// Whether importing again brings it back.
    pub(crate) fn is_taken_back(held: Option<&Self>) -> bool {
        held.is_some_and(|brought| brought.taken_back)
    }
}
