//! Gateways tell each other through Redis who is where. Each tells all that it knows of a workspace, so that the last
//! message counts and a lost one is made good by the next; what is not told again is forgotten.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::WorkspaceId;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Elsewhere, Presence, Stay};
use crate::redis::{Heard, Redis};

const CHANNEL: &str = "taskfold:presence";
/// How often everything is told anew, and for how long it is believed.
const TELL_EVERY: Duration = Duration::from_secs(10);
const BELIEVED: Duration = Duration::from_secs(25);
/// Between two messages, so that those who move about are told of together.
const GAP: Duration = Duration::from_millis(50);
/// Stays of a message, about.
const STAYS: usize = 200;

/// What a gateway tells.
#[derive(Serialize, Deserialize)]
struct News {
    /// Which one, by a number of this start.
    gateway: Uuid,
    /// Whether it wants to be told everything.
    #[serde(default)]
    asks: bool,
    /// All who are in these workspaces through it.
    rooms: Vec<RoomNews>,
}

#[derive(Serialize, Deserialize)]
struct RoomNews {
    workspace: WorkspaceId,
    stays: Vec<Stay>,
}

/// Tells and hears until `closing`. `gateway` names this process.
pub(in super::super) async fn share(
    presence: Presence,
    redis: Redis,
    gateway: Uuid,
    closing: CancellationToken,
) {
    let heed = |heard: Heard<'_>| match heard {
        // What was said while nobody listened is not known, here and maybe elsewhere.
        Heard::Began => presence.tell_everything(true),
        Heard::Said(bytes) => presence.take(bytes, gateway),
        Heard::Ended => {}
    };
    let sharing =
        async { tokio::join!(tell(&presence, &redis, gateway), redis.hear(CHANNEL, heed)) };
    closing.run_until_cancelled(sharing).await;
    // The sockets end with this process; nobody waits for what is lost.
    presence.leave_all();
    while let Some(news) = presence.news(gateway) {
        if !redis.publish(CHANNEL, &news).await {
            return;
        }
    }
}

async fn tell(presence: &Presence, redis: &Redis, gateway: Uuid) {
    let mut ticks = interval(TELL_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = presence.inner.wake.notified() => {}
            _ = ticks.tick() => {
                presence.tell_everything(false);
                presence.forget_silent(Instant::now());
            }
        }
        while let Some(news) = presence.news(gateway) {
            if !redis.publish(CHANNEL, &news).await {
                // What was to be told is told with everything.
                break;
            }
        }
        sleep(GAP).await;
    }
}

impl Presence {
    /// All that is known here is to be told; `asks` for the same of others.
    fn tell_everything(&self, asks: bool) {
        let mut state = self.state();
        let state = &mut *state;
        let rooms = state.rooms.iter();
        let own = rooms.filter(|(_, room)| !room.here.is_empty());
        state.untold.extend(own.map(|(workspace, _)| *workspace));
        state.asks |= asks;
        self.inner.wake.notify_one();
    }

    /// Nobody is here any more.
    fn leave_all(&self) {
        self.tell_everything(false);
        let mut state = self.state();
        for room in state.rooms.values_mut() {
            room.here.clear();
        }
    }

    /// The next message to other gateways; none when they have been told all.
    fn news(&self, gateway: Uuid) -> Option<String> {
        let mut state = self.state();
        let asks = std::mem::take(&mut state.asks);
        let (mut rooms, mut stays) = (Vec::new(), 0);
        while stays < STAYS
            && let Some(workspace) = state.untold.pop_first()
        {
            let room = state.rooms.get(&workspace);
            let here: Vec<_> =
                room.map_or_else(Vec::new, |room| room.here.values().cloned().collect());
            stays += here.len().max(1);
            rooms.push(RoomNews {
                workspace,
                stays: here,
            });
        }
        if rooms.is_empty() && !asks {
            return None;
        }
        let news = News {
            gateway,
            asks,
            rooms,
        };
        let text = serde_json::to_string(&news);
        text.inspect_err(|error| tracing::error!(%error, "who is where cannot be written"))
            .ok()
    }

    /// Takes what a gateway told. What cannot be read comes from another version, and is left out.
    fn take(&self, bytes: &[u8], own: Uuid) {
        let news = match serde_json::from_slice::<News>(bytes) {
            Ok(news) if news.gateway != own => news,
            Ok(_) => return,
            Err(error) => {
                tracing::debug!(%error, "who is where at another gateway cannot be read");
                return;
            }
        };
        if news.asks {
            self.tell_everything(false);
        }
        let until = Instant::now() + BELIEVED;
        let mut state = self.state();
        for RoomNews { workspace, stays } in news.rooms {
            state.change(workspace, |room| {
                if stays.is_empty() {
                    room.elsewhere.remove(&news.gateway);
                } else {
                    let told = Elsewhere { stays, until };
                    room.elsewhere.insert(news.gateway, told);
                }
            });
        }
    }

    /// Forgets what was not told again.
    fn forget_silent(&self, now: Instant) {
        let mut state = self.state();
        let rooms = state.rooms.iter();
        let silent = rooms.filter(|(_, room)| room.elsewhere.values().any(|told| told.until < now));
        let silent: Vec<_> = silent.map(|(workspace, _)| *workspace).collect();
        for workspace in silent {
            state.change(workspace, |room| {
                room.elsewhere.retain(|_, told| told.until >= now);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use taskfold_contracts::ids::UserId;

    use super::super::Place;
    use super::*;

    const ONE: Uuid = Uuid::from_u128(1);
    const OTHER: Uuid = Uuid::from_u128(2);

    fn told(seat: &super::super::Seat) -> String {
        let told = seat.news.borrow().clone().unwrap();
        told.as_str().to_owned()
    }

    /// All that one has to say, to the other.
    fn tell(one: &Presence, other: &Presence) {
        while let Some(news) = one.news(ONE) {
            assert!(news.len() < 64 << 10);
            other.take(news.as_bytes(), OTHER);
        }
    }

    #[test]
    fn what_one_tells_the_other_knows_until_it_is_silent() {
        let (one, other) = (Presence::new(true), Presence::new(true));
        let home = WorkspaceId(Uuid::from_u128(9));
        let anna = UserId(Uuid::from_u128(1));
        let there = one.enter(home, anna, Place::default());
        let heard = Instant::now();
        tell(&one, &other);
        let bert = UserId(Uuid::from_u128(2));
        let here = other.enter(home, bert, Place::default());
        assert!(told(&here).contains(&anna.to_string()));

        other.forget_silent(heard + TELL_EVERY * 2);
        assert!(told(&here).contains(&anna.to_string()), "not yet");
        other.forget_silent(Instant::now() + BELIEVED + GAP);
        assert!(!told(&here).contains(&anna.to_string()));

        one.tell_everything(false);
        tell(&one, &other);
        assert!(told(&here).contains(&anna.to_string()));
        drop(there);
        tell(&one, &other);
        assert!(!told(&here).contains(&anna.to_string()));
        drop(here);
        assert!(other.state().rooms.is_empty());
    }

    #[test]
    fn a_gateway_that_begins_is_told_all_and_one_that_ends_takes_its_people_along() {
        let (one, other) = (Presence::new(true), Presence::new(true));
        let seats: Vec<_> = (0..500)
            .map(|number| {
                let (home, user) = (Uuid::from_u128(number % 7), Uuid::from_u128(number));
                one.enter(WorkspaceId(home), UserId(user), Place::default())
            })
            .collect();
        while one.news(ONE).is_some() {}
        other.tell_everything(true);
        let asked = other.news(OTHER).unwrap();
        one.take(asked.as_bytes(), ONE);
        tell(&one, &other);
        assert_eq!(other.state().rooms.len(), 7);
        one.take(b"not for us", ONE);
        one.leave_all();
        tell(&one, &other);
        assert!(other.state().rooms.is_empty());
        drop(seats);
    }
}
