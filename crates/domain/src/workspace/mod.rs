//! A workspace with all that is in it, folded from its events.

mod apply;
mod decide;
mod settings;
mod snapshot;

pub use snapshot::SnapshotError;

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use taskfold_contracts::ids::{
    FilterId, InvitationId, ListId, StreamId, TaskId, UserId, WorkspaceId,
};
use taskfold_contracts::position::Version;
use taskfold_contracts::values::Role;

use crate::list::List;
use crate::members::Invitation;
use crate::task::{Seat, Task};

/// A filter under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedFilter {
    /// 1–200 characters.
    pub name: String,
    /// In the filter language.
    pub query: String,
    /// Sort keys, such as `due,-priority`.
    pub sort: String,
}

/// All lists, tasks, members and filters of one workspace.
///
/// Tasks and their places are in persistent maps, so a clone costs the same whatever the number of tasks and
/// shares all that neither side changes: a batch is decided on a clone. What is few (lists, members,
/// invitations, filters) is in maps behind an `Arc`, copied at the first change after a clone.
#[derive(Debug, Clone)]
pub struct Workspace {
    id: WorkspaceId,
    version: Version,
    name: String,
    personal: bool,
    deleted: bool,
    members: Arc<BTreeMap<UserId, Role>>,
    invitations: Arc<BTreeMap<InvitationId, Invitation>>,
    filters: Arc<BTreeMap<FilterId, SavedFilter>>,
    lists: Arc<BTreeMap<ListId, Arc<List>>>,
    tasks: OrdMap<TaskId, Arc<Task>>,
    seats: OrdSet<Seat>,
}

impl Workspace {
    /// Before its first event.
    pub fn new(id: WorkspaceId) -> Self {
        Self {
            id,
            version: Version(0),
            name: String::new(),
            personal: false,
            deleted: false,
            members: Arc::default(),
            invitations: Arc::default(),
            filters: Arc::default(),
            lists: Arc::default(),
            tasks: OrdMap::new(),
            seats: OrdSet::new(),
        }
    }

    /// Its id.
    pub fn id(&self) -> WorkspaceId {
        self.id
    }

    /// Its name; empty before its first event.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is somebody's own.
    pub fn is_personal(&self) -> bool {
        self.personal
    }

    /// Whether it is in the trash.
    pub fn is_deleted(&self) -> bool {
        self.deleted
    }

    /// The version of a stream of this workspace (its own, a list's or a task's); 0 when unknown.
    pub fn version(&self, stream: StreamId) -> Version {
        if stream == self.id.into() {
            return self.version;
        }
        let task = self
            .tasks
            .get(&TaskId::from(stream))
            .map(|task| task.version);
        let list = || {
            self.lists
                .get(&ListId::from(stream))
                .map(|list| list.version)
        };
        task.or_else(list).unwrap_or_default()
    }

    /// A task, also one in the trash.
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(&id).map(Arc::as_ref)
    }

    /// All tasks, also those in the trash, by id.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values().map(Arc::as_ref)
    }

    /// How many tasks there are, with those in the trash.
    pub fn task_count(&self) -> usize {
        self.tasks.len()
    }

    /// The tasks right under `parent`, or at the top of `list` (none: the inbox) when there is no parent;
    /// in order, also those in the trash.
    pub fn tasks_in(
        &self,
        list: Option<ListId>,
        parent: Option<TaskId>,
    ) -> impl DoubleEndedIterator<Item = &Task> {
        let seats = self.seats.range(Seat::span(list, parent));
        seats.filter_map(|seat| self.task(seat.task_id()))
    }

    /// A list, also one in the archive or the trash.
    pub fn list(&self, id: ListId) -> Option<&List> {
        self.lists.get(&id).map(Arc::as_ref)
    }

    /// All lists, by id, also those in the archive or the trash.
    pub fn lists(&self) -> impl Iterator<Item = &List> {
        self.lists.values().map(Arc::as_ref)
    }

    /// The role of a member; none for anybody else.
    pub fn role_of(&self, user: UserId) -> Option<Role> {
        self.members.get(&user).copied()
    }

    /// All members, by id.
    pub fn members(&self) -> impl Iterator<Item = (UserId, Role)> {
        self.members.iter().map(|(user, role)| (*user, *role))
    }

    /// An invitation, also one that was used or taken back.
    pub fn invitation(&self, id: InvitationId) -> Option<&Invitation> {
        self.invitations.get(&id)
    }

    /// All invitations, by id.
    pub fn invitations(&self) -> impl Iterator<Item = (InvitationId, &Invitation)> {
        self.invitations
            .iter()
            .map(|(id, invitation)| (*id, invitation))
    }

    /// A saved filter.
    pub fn filter(&self, id: FilterId) -> Option<&SavedFilter> {
        self.filters.get(&id)
    }

    /// All saved filters, by id.
    pub fn filters(&self) -> impl Iterator<Item = (FilterId, &SavedFilter)> {
        self.filters.iter().map(|(id, filter)| (*id, filter))
    }

    pub(crate) fn seats(&self) -> &OrdSet<Seat> {
        &self.seats
    }
}
