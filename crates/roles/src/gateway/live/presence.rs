//! Who is where in a workspace: told by live sockets, to live sockets. It is kept in memory alone, and forgotten with
//! the socket that told it.

mod shared;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{TaskId, UserId, WorkspaceId};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use uuid::Uuid;

use super::frame::Message;

pub(super) use shared::share;

/// People of a workspace who are told of at most.
const NAMED: usize = 100;
/// Characters of a field's name.
const LONGEST_FIELD: usize = 32;

/// Where somebody is in a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place {
    /// The task that they look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<TaskId>,
    /// What they are about to change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<Field>,
}

/// The name of a field: up to 32 lower-case letters and underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
struct Field(String);

impl TryFrom<String> for Field {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        if (1..=LONGEST_FIELD).contains(&name.len()) && name.bytes().all(plain) {
            return Ok(Self(name));
        }
        Err("a field has 1 to 32 lower-case letters and underscores")
    }
}

/// Somebody who is somewhere, through one socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stay {
    user: UserId,
    #[serde(flatten)]
    place: Place,
}

/// Somebody, through however many sockets.
#[derive(Serialize)]
pub(super) struct Present {
    user: UserId,
    /// Where they are, those left out that are nowhere in particular.
    places: BTreeSet<Place>,
}

/// Who is where. Cheap to clone.
#[derive(Clone)]
pub(super) struct Presence {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    /// Whether there are other gateways to tell.
    shared: bool,
    /// Wakes whoever tells them.
    wake: Notify,
}

#[derive(Default)]
struct State {
    /// The number of the next seat.
    next: u64,
    rooms: BTreeMap<WorkspaceId, Room>,
    /// What other gateways are to be told.
    untold: BTreeSet<WorkspaceId>,
    /// Whether they are to be asked what they know.
    asks: bool,
}

/// Who is in a workspace.
struct Room {
    /// Through sockets of this process, by the number of the seat.
    here: BTreeMap<u64, Stay>,
    /// Through other gateways.
    elsewhere: BTreeMap<Uuid, Elsewhere>,
    /// Sockets of this process that are told.
    seats: usize,
    /// What they are told; none before anybody was there.
    told: watch::Sender<Option<Utf8Bytes>>,
}

/// What another gateway told.
struct Elsewhere {
    stays: Vec<Stay>,
    /// It is forgotten unless it is told again by then.
    until: Instant,
}

/// A socket's place in a workspace: it is told who else is there. Given up when dropped.
pub(super) struct Seat {
    presence: Presence,
    pub(super) workspace: WorkspaceId,
    number: u64,
    stay: Stay,
    /// Whether others are told of it.
    shown: bool,
    news: watch::Receiver<Option<Utf8Bytes>>,
}

impl Presence {
    /// Nobody is anywhere. `shared` tells whether there are other gateways.
    pub(super) fn new(shared: bool) -> Self {
        Self {
            inner: Arc::new(Inner {
                state: Mutex::default(),
                shared,
                wake: Notify::new(),
            }),
        }
    }

    /// Somebody comes.
    pub(super) fn enter(&self, workspace: WorkspaceId, user: UserId, place: Place) -> Seat {
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        let room = state.rooms.entry(workspace).or_default();
        room.seats += 1;
        let mut news = room.told.subscribe();
        drop(state);
        // It is told what is known, also when its coming changes nothing.
        news.mark_changed();
        let mut seat = Seat {
            presence: self.clone(),
            workspace,
            number,
            stay: Stay { user, place },
            shown: false,
            news,
        };
        seat.show();
        seat
    }

    /// Changes who is in a workspace through this process, and tells it.
    fn change(&self, workspace: WorkspaceId, change: impl FnOnce(&mut Room)) {
        let mut state = self.state();
        state.change(workspace, change);
        if self.inner.shared {
            state.untold.insert(workspace);
            self.inner.wake.notify_one();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.inner.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Changes a room and tells its seats, when there is anything new for them. A room that nobody is in goes.
    fn change(&mut self, workspace: WorkspaceId, change: impl FnOnce(&mut Room)) {
        let room = self.rooms.entry(workspace).or_default();
        change(room);
        if room.here.is_empty() && room.elsewhere.is_empty() && room.seats == 0 {
            self.rooms.remove(&workspace);
            return;
        }
        let text = room.message(workspace).text();
        room.told.send_if_modified(|told| {
            let new = *told != text;
            *told = text;
            new
        });
    }
}

impl Default for Room {
    fn default() -> Self {
        Self {
            here: BTreeMap::new(),
            elsewhere: BTreeMap::new(),
            seats: 0,
            told: watch::Sender::new(None),
        }
    }
}

impl Room {
    fn message(&self, workspace: WorkspaceId) -> Message {
        let mut people: BTreeMap<UserId, BTreeSet<Place>> = BTreeMap::new();
        let elsewhere = self.elsewhere.values().flat_map(|told| &told.stays);
        for stay in self.here.values().chain(elsewhere) {
            let places = people.entry(stay.user).or_default();
            if stay.place != Place::default() {
                places.insert(stay.place.clone());
            }
        }
        let people = people.into_iter().take(NAMED);
        Message::Presence {
            workspace,
            people: people
                .map(|(user, places)| Present { user, places })
                .collect(),
        }
    }
}

impl Seat {
    /// They are elsewhere in the same workspace.
    pub(super) fn moves(&mut self, place: Place) {
        if self.stay.place != place {
            self.stay.place = place;
            self.shown = false;
        }
        self.show();
    }

    /// Others are told of it.
    pub(super) fn show(&mut self) {
        if !self.shown {
            self.shown = true;
            let (number, stay) = (self.number, self.stay.clone());
            self.presence.change(self.workspace, |room| {
                room.here.insert(number, stay);
            });
        }
    }

    /// Others are told of it no more.
    pub(super) fn hide(&mut self) {
        if self.shown {
            self.shown = false;
            self.presence.change(self.workspace, |room| {
                room.here.remove(&self.number);
            });
        }
    }

    /// Waits for something new to tell the socket. Dropping it loses nothing.
    pub(super) async fn told(&mut self) -> Utf8Bytes {
        loop {
            if self.news.changed().await.is_err() {
                // A room stays as long as its seats.
                std::future::pending::<()>().await;
            }
            if let Some(text) = self.news.borrow_and_update().clone() {
                return text;
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.presence.change(self.workspace, |room| {
            room.here.remove(&self.number);
            room.seats -= 1;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(presence: &Presence, user: u128) -> Seat {
        let workspace = WorkspaceId(Uuid::from_u128(9));
        presence.enter(workspace, UserId(Uuid::from_u128(user)), Place::default())
    }

    #[test]
    fn nothing_is_kept_of_those_who_have_gone() {
        for shared in [false, true] {
            let presence = Presence::new(shared);
            let (mut one, other) = (seat(&presence, 1), seat(&presence, 2));
            one.hide();
            drop(other);
            assert_eq!(presence.state().rooms.len(), 1, "one is still told");
            drop(one);
            assert!(presence.state().rooms.is_empty());
            assert_eq!(presence.state().untold.len(), usize::from(shared));
        }
    }

    #[test]
    fn no_more_people_are_told_of_than_a_message_holds() {
        let presence = Presence::new(false);
        let seats: Vec<_> = (1..=120).map(|user| seat(&presence, user)).collect();
        let told = seats[0].news.borrow().clone().unwrap();
        assert_eq!(told.matches("\"user\"").count(), NAMED);
    }

    #[test]
    fn a_field_is_a_plain_name() {
        for (name, good) in [
            ("title", true),
            ("due_date", true),
            ("", false),
            ("Title", false),
            ("a b", false),
            (&"x".repeat(33), false),
        ] {
            assert_eq!(Field::try_from(name.to_owned()).is_ok(), good, "{name}");
        }
    }
}
