//! What a list is, folded from its events.

use taskfold_contracts::events::{ListCreated, ListUpdated};
use taskfold_contracts::ids::{ChangeId, ListId};
use taskfold_contracts::position::Version;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Origin;

use crate::brought::Brought;
use crate::task::Happened;

/// A list, also one in the archive or in the trash.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// Its id.
    pub id: ListId,
    /// Number of its last event.
    pub version: Version,
    /// 1–200 characters.
    pub name: String,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// Place among the lists: ordered as bytes, then by id.
    pub rank: String,
    /// Where it was imported from.
    pub origin: Option<Origin>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was put away.
    pub archived_at: Option<Timestamp>,
    /// When it went to the trash.
    pub deleted_at: Option<Timestamp>,
    /// The change that put it into the trash; none while a batch is being decided.
    pub deleted_by: Option<ChangeId>,
    /// How it came here, when it was imported.
    pub(crate) brought: Option<Box<Brought>>,
}

impl List {
    /// In the trash.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    pub(crate) fn created(event: &ListCreated, happened: &Happened) -> Self {
        Self {
            id: event.list_id,
            version: happened.version,
            name: event.name.clone(),
            color: event.color.clone(),
            rank: event.rank.clone(),
            origin: event.origin.clone(),
            created_at: happened.at,
            updated_at: event.updated_at.unwrap_or(happened.at),
            archived_at: None,
            deleted_at: None,
            deleted_by: None,
            brought: Brought::made(event.origin.as_ref(), happened),
        }
    }

    /// Notes that something happened; a later event with an earlier time does not turn the clock back.
    pub(crate) fn touched(&mut self, happened: &Happened) {
        self.version = happened.version;
        self.updated_at = self.updated_at.max(happened.at);
    }

    pub(crate) fn updated(&mut self, event: &ListUpdated) {
        if let Some(name) = &event.name {
            self.name.clone_from(name);
        }
        if let Some(color) = &event.color {
            self.color.clone_from(&color.value);
        }
    }
}
