//! How a batch takes effect: tasks are folded in memory and written once, at the batch's end.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::Event;
use taskfold_contracts::ids::{TaskId, WorkspaceId};

use crate::activity::{self, Entry};
use crate::error::ApplyError;
use crate::tasks::Cell;
use crate::{db, deadletters, filters, lists, members, tasks};

/// Why an event was not applied.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It can never be; the text names no content.
    Poison(String),
    /// The database failed.
    Storage(rusqlite::Error),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(error)
    }
}

impl Refusal {
    pub(crate) fn at(self, index: usize) -> ApplyError {
        match self {
            Self::Poison(error) => ApplyError::Poison { index, error },
            Self::Storage(error) => error.into(),
        }
    }
}

/// What a projection works on. An event that is refused as poison has changed nothing of it.
pub(crate) struct Fold<'c> {
    pub(crate) connection: &'c Connection,
    /// The tasks that were touched or looked at, not yet all written.
    pub(crate) tasks: BTreeMap<TaskId, Cell>,
    /// Activity that is not yet written.
    pub(crate) activity: Vec<activity::Row>,
    /// Whether search waits for the end of a rebuild.
    pub(crate) building: bool,
}

impl<'c> Fold<'c> {
    pub(crate) fn new(connection: &'c Connection, building: bool) -> Self {
        Self {
            connection,
            tasks: BTreeMap::new(),
            activity: Vec::new(),
            building,
        }
    }

    /// Applies one event to all views.
    pub(crate) fn project(&mut self, envelope: &Envelope) -> Result<(), Refusal> {
        if let Some(entry) = self.effect(envelope)? {
            self.activity.push(activity::Row::new(envelope, entry));
        }
        Ok(())
    }

    /// The effect of an event, and what activity says of it.
    fn effect(&mut self, envelope: &Envelope) -> Result<Option<Entry>, Refusal> {
        let connection = self.connection;
        match &envelope.event {
            Event::TaskCreated(event) => tasks::project::created(self, envelope, event).map(Some),
            Event::TaskUpdated(event) => tasks::project::updated(self, envelope, event).map(Some),
            Event::TaskMoved(event) => tasks::project::moved(self, envelope, event).map(Some),
            Event::TaskCompleted(event) => {
                tasks::project::completed(self, envelope, event.task_id, true).map(Some)
            }
            Event::TaskReopened(event) => {
                tasks::project::completed(self, envelope, event.task_id, false).map(Some)
            }
            Event::TaskDeleted(event) => {
                tasks::project::deleted(self, envelope, event.task_id, true).map(Some)
            }
            Event::TaskRestored(event) => {
                tasks::project::deleted(self, envelope, event.task_id, false).map(Some)
            }
            Event::TaskCommented(event) => tasks::comments::added(self, envelope, event).map(Some),
            Event::TaskCommentEdited(event) => {
                tasks::comments::edited(self, envelope, event).map(Some)
            }
            Event::TaskCommentDeleted(event) => {
                tasks::comments::deleted(self, envelope, event).map(Some)
            }
            Event::ReminderTriggered(event) => {
                tasks::project::seen(self, envelope, event.task_id).map(|()| None)
            }
            Event::ListCreated(_)
            | Event::ListUpdated(_)
            | Event::ListMoved(_)
            | Event::ListArchived(_)
            | Event::ListUnarchived(_)
            | Event::ListDeleted(_)
            | Event::ListRestored(_) => lists::project::apply(connection, envelope),
            Event::WorkspaceCreated(_)
            | Event::WorkspaceUpdated(_)
            | Event::WorkspaceDeleted(_)
            | Event::WorkspaceRestored(_)
            | Event::WorkspaceMemberInvited(_)
            | Event::WorkspaceInvitationRevoked(_)
            | Event::WorkspaceMemberJoined(_)
            | Event::WorkspaceMemberRoleChanged(_)
            | Event::WorkspaceMemberLeft(_) => members::project::apply(connection, envelope),
            Event::WorkspaceFilterSaved(_) | Event::WorkspaceFilterRemoved(_) => {
                members::project::touch(connection, envelope)?;
                filters::project::apply(connection, envelope)
            }
            Event::UserRegistered(_)
            | Event::UserAuthenticated(_)
            | Event::UserUpdated(_)
            | Event::UserErased(_) => members::users::apply(connection, envelope).map(|()| None),
            // Of messages there is no view.
            Event::NotificationRequested(_)
            | Event::NotificationSent(_)
            | Event::NotificationFailed(_) => Ok(None),
        }
    }

    /// Writes what is still in memory, and forgets it.
    pub(crate) fn flush(&mut self) -> Result<(), rusqlite::Error> {
        activity::write(self.connection, &self.activity)?;
        self.activity.clear();
        let tasks = std::mem::take(&mut self.tasks);
        tasks::write::all(self.connection, tasks.values(), self.building)
    }
}

/// Which positions a batch has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All of a partition: a position that is left out would be lost.
    Partition,
    /// Those of one workspace.
    Workspace,
}

/// Applies a batch within the caller's transaction.
pub(crate) fn batch(
    connection: &Connection,
    batch: &[Envelope],
    reach: Reach,
) -> Result<(), ApplyError> {
    let mut watermarks = db::watermarks(connection)?;
    let parked: BTreeSet<WorkspaceId> = deadletters::parked_now(connection)?;
    let mut fold = Fold::new(connection, false);
    for (index, envelope) in batch.iter().enumerate() {
        let position = envelope.header.position;
        let watermark = watermarks.entry(position.partition).or_default();
        if position.number <= *watermark {
            continue;
        }
        if reach == Reach::Partition && position.number != *watermark + 1 {
            return Err(ApplyError::Storage(format!(
                "event {position} does not follow {watermark}, the last one applied"
            )));
        }
        if parked.contains(&envelope.header.workspace_id) {
            deadletters::follow(connection, &envelope.header)?;
        } else {
            fold.project(envelope)
                .map_err(|refusal| refusal.at(index))?;
        }
        *watermark = position.number;
    }
    fold.flush()?;
    db::set_watermarks(connection, &watermarks)?;
    Ok(())
}
