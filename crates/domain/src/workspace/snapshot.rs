//! A folded workspace as bytes, and back: quicker than folding it again.
//!
//! Bytes begin with `TFWS` and a hash of the source that says what the fold makes of events and how it is
//! written down. So bytes of another build, in which either may differ, are never read: whoever gets
//! [`SnapshotError`] folds from the log, as if there were no snapshot.

mod parts;
mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::position::Version;

use super::Workspace;
use crate::list::List;
use crate::task::{Seat, Task};
use parts::{FilterRow, HeadRow, InvitationRow, role_code, role_of};
use rows::{ListRow, TaskRow, id, raw};

const MAGIC: &[u8; 4] = b"TFWS";
const HEADER: usize = 12;

/// Changes with each edit of what it is made of, and with the version of this crate.
const LAYOUT: u64 = hash(&[
    env!("CARGO_PKG_VERSION"),
    include_str!("snapshot.rs"),
    include_str!("snapshot/parts.rs"),
    include_str!("snapshot/rows.rs"),
    include_str!("apply.rs"),
    include_str!("mod.rs"),
    include_str!("../brought.rs"),
    include_str!("../list/state.rs"),
    include_str!("../task/comments.rs"),
    include_str!("../task/place.rs"),
    include_str!("../task/remind.rs"),
    include_str!("../task/state.rs"),
]);

/// Why bytes are no snapshot that this build can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// Another build wrote them.
    #[error("the snapshot has another layout")]
    OtherLayout,
    /// They end too soon, go on too long or do not fit together.
    #[error("the snapshot is broken: {0}")]
    Broken(String),
}

impl SnapshotError {
    fn broken(what: impl std::fmt::Display) -> Self {
        Self::Broken(format!("{what}"))
    }
}

impl Workspace {
    /// The whole state as bytes. They belong to the position up to which the state was folded, which the
    /// caller keeps beside them. Takes time and room in proportion to the number of tasks.
    pub fn to_snapshot(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + 1_024 + 192 * self.tasks.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&LAYOUT.to_le_bytes());
        self.write(bytes).unwrap_or_default()
    }

    fn write(&self, mut bytes: Vec<u8>) -> Result<Vec<u8>, SnapshotError> {
        bytes = put(&self.head(), bytes)?;
        for list in self.lists.values() {
            bytes = put(&ListRow::of(list), bytes)?;
        }
        for task in self.tasks.values() {
            bytes = put(&TaskRow::of(task), bytes)?;
        }
        // The order of the places by number of task, so that reading need not sort.
        let numbers: BTreeMap<_, u32> = self.tasks.keys().zip(0_u32..).collect();
        for seat in &self.seats {
            let number = numbers.get(&seat.task_id()).copied().unwrap_or(u32::MAX);
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        Ok(bytes)
    }

    fn head(&self) -> HeadRow<'_> {
        HeadRow {
            id: raw(self.id.0),
            version: self.version.0,
            name: &self.name,
            personal: self.personal,
            deleted: self.deleted,
            members: self
                .members()
                .map(|(user, role)| (raw(user.0), role_code(role)))
                .collect(),
            invitations: self.invitations().map(InvitationRow::of).collect(),
            filters: self.filters().map(FilterRow::of).collect(),
            lists: self.lists.len() as u64,
            tasks: self.tasks.len() as u64,
        }
    }

    /// The state that [`Workspace::to_snapshot`] wrote.
    ///
    /// # Errors
    /// When another build wrote the bytes, or they are broken: to be treated as if there were none.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let known = bytes.strip_prefix(MAGIC);
        let Some(body) = known.and_then(|rest| rest.strip_prefix(&LAYOUT.to_le_bytes())) else {
            return Err(SnapshotError::OtherLayout);
        };
        let (head, mut rest) = take::<HeadRow>(body)?;
        let mut workspace = Self::new(WorkspaceId(id(head.id)));
        workspace.read_head(&head)?;
        let mut lists = BTreeMap::new();
        for _ in 0..head.lists {
            let (row, left) = take::<ListRow>(rest)?;
            let list: List = row.into_list();
            lists.insert(list.id, Arc::new(list));
            rest = left;
        }
        workspace.lists = Arc::new(lists);
        let count = usize::try_from(head.tasks).map_err(SnapshotError::broken)?;
        // A count that the bytes cannot hold reserves nothing.
        let mut tasks: Vec<Arc<Task>> = Vec::with_capacity(count.min(rest.len()));
        for _ in 0..count {
            let (row, left) = take::<TaskRow>(rest)?;
            tasks.push(Arc::new(row.into_task()?));
            rest = left;
        }
        workspace.seats = seats(&tasks, rest)?;
        let ascending = tasks.is_sorted_by(|left, right| left.id < right.id);
        if !ascending {
            return Err(SnapshotError::broken("tasks are not in order"));
        }
        workspace.tasks = tasks
            .into_iter()
            .map(|task| (task.id, task))
            .collect::<OrdMap<_, _>>();
        Ok(workspace)
    }

    fn read_head(&mut self, head: &HeadRow<'_>) -> Result<(), SnapshotError> {
        self.version = Version(head.version);
        head.name.clone_into(&mut self.name);
        self.personal = head.personal;
        self.deleted = head.deleted;
        let mut members = BTreeMap::new();
        for (user, role) in &head.members {
            members.insert(UserId(id(*user)), role_of(*role)?);
        }
        self.members = Arc::new(members);
        let invitations = head.invitations.iter().map(InvitationRow::invitation);
        self.invitations = Arc::new(invitations.collect::<Result<_, _>>()?);
        self.filters = Arc::new(head.filters.iter().map(FilterRow::filter).collect());
        Ok(())
    }
}

/// The places, each once and in order.
fn seats(tasks: &[Arc<Task>], order: &[u8]) -> Result<OrdSet<Seat>, SnapshotError> {
    let (numbers, []) = order.as_chunks::<4>() else {
        return Err(SnapshotError::broken("the order of the tasks is cut off"));
    };
    let seat = |number: &[u8; 4]| {
        let task = tasks.get(u32::from_le_bytes(*number) as usize)?;
        Some(Seat::of(task))
    };
    let seats: Option<Vec<Seat>> = numbers.iter().map(seat).collect();
    match seats {
        Some(seats) if seats.len() == tasks.len() && seats.is_sorted_by(|a, b| a < b) => {
            Ok(seats.into_iter().collect())
        }
        Some(_) | None => Err(SnapshotError::broken("the order of the tasks is wrong")),
    }
}

fn put<T: Serialize>(row: &T, bytes: Vec<u8>) -> Result<Vec<u8>, SnapshotError> {
    postcard::to_extend(row, bytes).map_err(SnapshotError::broken)
}

fn take<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<(T, &'a [u8]), SnapshotError> {
    postcard::take_from_bytes(bytes).map_err(SnapshotError::broken)
}

/// FNV-1a, 64 bits, over all of them.
const fn hash(texts: &[&str]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut text = 0;
    while text < texts.len() {
        let bytes = texts[text].as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
            at += 1;
        }
        text += 1;
    }
    hash
}
