//! How a batch takes effect: tasks are folded in memory and written once, at the batch's end.

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::Event;
use taskfold_contracts::ids::{TaskId, WorkspaceId};
use taskfold_sql::{Connection, Dialect, Error, crash};

use crate::activity::{self, Entry};
use crate::error::ApplyError;
use crate::filters::SavedFilter;
use crate::held::Held;
use crate::lists::List;
use crate::members::{Invitation, MemberRow, User, Workspace};
use crate::reminders::project::Before;
use crate::tasks::{Cell, Remark};
use crate::touched::Touched;
use crate::{deadletters, filters, lists, marks, members, reminders, tasks};

/// Why an event was not applied.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It can never be; the text names no content.
    Poison(String),
    /// The database failed.
    Storage(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
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
    pub(crate) comments: Held<Remark>,
    pub(crate) lists: Held<List>,
    pub(crate) workspaces: Held<Workspace>,
    pub(crate) members: Held<MemberRow>,
    pub(crate) invitations: Held<Invitation>,
    pub(crate) users: Held<User>,
    pub(crate) filters: Held<SavedFilter>,
    pub(crate) reminders: Held<reminders::Stands>,
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
            comments: Held::default(),
            lists: Held::default(),
            workspaces: Held::default(),
            members: Held::default(),
            invitations: Held::default(),
            users: Held::default(),
            filters: Held::default(),
            reminders: Held::default(),
            activity: Vec::new(),
            building,
        }
    }

    /// How many rows are in memory.
    pub(crate) fn held(&self) -> usize {
        self.tasks.len()
            + self.comments.len()
            + self.lists.len()
            + self.workspaces.len()
            + self.members.len()
            + self.invitations.len()
            + self.users.len()
            + self.filters.len()
            + self.reminders.len()
    }

    /// Reads what a batch is about, where one row at a time would cost a round trip each.
    pub(crate) fn prepare<'e>(
        &mut self,
        batch: impl Iterator<Item = &'e Envelope>,
    ) -> Result<(), Error> {
        match self.connection.dialect() {
            Dialect::Sqlite => return Ok(()),
            Dialect::Postgres => {}
        }
        let connection = self.connection;
        let touched = Touched::by(batch);
        let wanted = touched.tasks.into_iter();
        let wanted: Vec<TaskId> = wanted.filter(|id| !self.tasks.contains_key(id)).collect();
        for cell in tasks::load_many(connection, &wanted)? {
            self.tasks.insert(cell.task.task_id, cell);
        }
        self.comments.fetch(connection, touched.comments)?;
        self.lists.fetch(connection, touched.lists)?;
        self.workspaces.fetch(connection, touched.workspaces)?;
        self.members.fetch(connection, touched.members)?;
        self.invitations.fetch(connection, touched.invitations)?;
        self.users.fetch(connection, touched.users)?;
        self.filters.fetch(connection, touched.filters)?;
        let keys = self
            .tasks
            .values()
            .flat_map(|cell| Before::keys(&cell.task));
        self.reminders.fetch(connection, keys)
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
                tasks::project::seen(self, envelope, event.task_id)?;
                reminders::project::triggered(self, envelope, event)?;
                Ok(None)
            }
            Event::ListCreated(_)
            | Event::ListUpdated(_)
            | Event::ListMoved(_)
            | Event::ListArchived(_)
            | Event::ListUnarchived(_)
            | Event::ListDeleted(_)
            | Event::ListRestored(_) => lists::project::apply(self, envelope),
            Event::WorkspaceCreated(_)
            | Event::WorkspaceUpdated(_)
            | Event::WorkspaceDeleted(_)
            | Event::WorkspaceRestored(_)
            | Event::WorkspaceMemberInvited(_)
            | Event::WorkspaceInvitationRevoked(_)
            | Event::WorkspaceMemberJoined(_)
            | Event::WorkspaceMemberRoleChanged(_)
            | Event::WorkspaceMemberLeft(_) => members::project::apply(self, envelope),
            Event::WorkspaceFilterSaved(_) | Event::WorkspaceFilterRemoved(_) => {
                let workspace = members::project::find(self, envelope)?;
                let entry = filters::project::apply(self, envelope)?;
                members::project::seen(self, envelope, workspace);
                Ok(entry)
            }
            Event::UserRegistered(_)
            | Event::UserAuthenticated(_)
            | Event::UserUpdated(_)
            | Event::UserErased(_) => members::users::apply(self, envelope).map(|()| None),
            // Of messages there is no view.
            Event::NotificationRequested(_)
            | Event::NotificationSent(_)
            | Event::NotificationFailed(_) => Ok(None),
        }
    }

    /// Writes what is still in memory, and forgets it.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        let connection = self.connection;
        activity::write(connection, &self.activity)?;
        self.activity.clear();
        self.lists.write(connection)?;
        self.workspaces.write(connection)?;
        self.members.write(connection)?;
        self.invitations.write(connection)?;
        self.users.write(connection)?;
        self.filters.write(connection)?;
        self.reminders.write(connection)?;
        // In front of the tasks: search takes the words of comments from the table.
        self.comments.write(connection)?;
        let tasks = std::mem::take(&mut self.tasks);
        tasks::write::all(connection, tasks.values(), self.building)
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
    let moved = effects(connection, batch, reach)?;
    marks::set(connection, &moved)?;
    crash::hit("views.before_commit");
    Ok(())
}

/// All of a batch but the watermarks: where they move.
pub(crate) fn effects(
    connection: &Connection,
    batch: &[Envelope],
    reach: Reach,
) -> Result<BTreeMap<u32, u64>, ApplyError> {
    let partitions: BTreeSet<u32> = batch
        .iter()
        .map(|envelope| envelope.header.position.partition)
        .collect();
    let mut watermarks = marks::lock(connection, &partitions)?;
    let parked: BTreeSet<WorkspaceId> = deadletters::parked_now(connection)?;
    let mut fold = Fold::new(connection, false);
    let doubled = crash::bug("views.event_doubled");
    let new = |envelope: &&Envelope| {
        let position = envelope.header.position;
        doubled || watermarks.get(&position.partition) < Some(&position.number)
    };
    let first = batch.iter().take_while(|envelope| !new(envelope)).count();
    fold.prepare(batch[first..].iter())?;
    for (index, envelope) in batch.iter().enumerate().skip(first) {
        let position = envelope.header.position;
        let watermark = watermarks.entry(position.partition).or_default();
        let known = position.number <= *watermark;
        if known && !doubled {
            continue;
        }
        if reach == Reach::Partition && !known && position.number != *watermark + 1 {
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
        *watermark = position.number.max(*watermark);
    }
    fold.flush()?;
    Ok(watermarks)
}
