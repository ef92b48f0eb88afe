//! When a reminder is to fire, and how it stands. The decision that fires it and the views that say which ones
//! are next go by the same rules (docs/decisions/0024-reminders-fire-by-decision.md).

use jiff::SignedDuration;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

use crate::time::Timestamp;
use crate::values::{Due, Reminder};

/// How much later than in UTC the same wall-clock time can come: the westernmost zone is at −12:00.
const WESTERNMOST_MILLIS: i64 = 12 * 3_600_000;

/// What a reminder is set for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// An instant.
    At(Timestamp),
    /// Some time before the clock on the wall of whoever is reminded shows `due`.
    Local {
        /// What the clock shows.
        due: DateTime,
        /// So many minutes before.
        minutes: i32,
    },
}

impl Alarm {
    /// What a reminder of a task with this due is set for; none when there is nothing to count from. A due
    /// that is a whole day counts from its beginning (RFC 5545, 3.8.6.3), one without a zone in the zone of
    /// whoever is reminded.
    pub fn of(reminder: &Reminder, due: Option<&Due>) -> Option<Self> {
        if let Some(at) = reminder.at {
            return Some(Self::At(at));
        }
        let (minutes, due) = (reminder.minutes_before_due?, due?);
        let local = Self::Local {
            due: due.date.to_datetime(due.time.unwrap_or(Time::midnight())),
            minutes,
        };
        match (due.time, &due.zone) {
            (Some(_), Some(name)) => {
                // As for sorting: a zone that is unknown here counts as UTC.
                let zone = TimeZone::get(name).unwrap_or(TimeZone::UTC);
                Some(Self::At(local.instant(&zone)))
            }
            (Some(_), None) | (None, _) => Some(local),
        }
    }

    /// The instant, for somebody in `zone`. What lies beyond the calendar's end is at its end.
    pub fn instant(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Local { due, minutes } => {
                let before = SignedDuration::from_mins(i64::from(minutes));
                let there = due.to_zoned(zone.clone());
                let at = there.and_then(|due| due.timestamp().checked_sub(before));
                at.map_or(Timestamp::from_millis(i64::MAX), Timestamp::from)
            }
        }
    }

    /// The last instant that it can be, wherever somebody is.
    fn latest(self) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Local { .. } => {
                let utc = self.instant(&TimeZone::UTC).as_millis();
                Timestamp::from_millis(utc.saturating_add(WESTERNMOST_MILLIS))
            }
        }
    }
}

/// How a reminder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bell {
    /// What was to come before this has passed by: the reminder was set, or its task opened again, then.
    pub since: Timestamp,
    /// Whether it fired for what it is set for.
    pub fired: bool,
}

impl Bell {
    /// A reminder that was set at `now`.
    pub fn set(now: Timestamp) -> Self {
        Self {
            since: now,
            fired: false,
        }
    }

    /// What an event recorded at `now` made of it: `before` and `after` say what it was and is set for, each
    /// with whether its task was and is open.
    #[must_use]
    pub fn follow(
        self,
        before: (Option<Alarm>, bool),
        after: (Option<Alarm>, bool),
        now: Timestamp,
    ) -> Self {
        if before.0 != after.0 {
            Self::set(now)
        } else if after.1 && !before.1 {
            Self { since: now, ..self }
        } else {
            self
        }
    }

    /// Whether it is to fire for `alarm` when that comes, while its task is open. What cannot be told
    /// without a zone is taken as not passed: a reminder for the day that has begun comes at once.
    pub fn is_pending(self, alarm: Alarm) -> bool {
        !self.fired && alarm.latest() >= self.since
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ReminderId;

    fn before(minutes: i32) -> Reminder {
        Reminder {
            reminder_id: ReminderId(uuid::Uuid::from_u128(1)),
            at: None,
            minutes_before_due: Some(minutes),
        }
    }

    fn due(date: &str, time: Option<&str>, zone: Option<&str>) -> Due {
        Due {
            date: date.parse().unwrap(),
            time: time.map(|time| time.parse().unwrap()),
            zone: zone.map(str::to_owned),
        }
    }

    fn instant(minutes: i32, due: &Due, zone: &str) -> String {
        let alarm = Alarm::of(&before(minutes), Some(due)).unwrap();
        alarm.instant(&TimeZone::get(zone).unwrap()).to_string()
    }

    #[test]
    fn the_moment_is_counted_from_due_where_somebody_is() {
        let named = due("2026-11-20", Some("18:00:00"), Some("Europe/Berlin"));
        assert_eq!(
            instant(30, &named, "America/New_York"),
            "2026-11-20T16:30:00Z"
        );
        let floating = due("2026-11-20", Some("18:00:00"), None);
        assert_eq!(
            instant(30, &floating, "America/New_York"),
            "2026-11-20T22:30:00Z"
        );
        let day = due("2026-11-20", None, Some("Europe/Berlin"));
        assert_eq!(instant(60, &day, "Asia/Tokyo"), "2026-11-19T14:00:00Z");
        // The clock jumps from 02:00 to 03:00 on that day.
        let gap = due("2026-03-29", Some("02:30:00"), Some("Europe/Berlin"));
        assert_eq!(instant(0, &gap, "UTC"), "2026-03-29T01:30:00Z");
        let unknown = due("2026-11-20", Some("18:00:00"), Some("Mars/Olympus"));
        assert_eq!(instant(0, &unknown, "Asia/Tokyo"), "2026-11-20T18:00:00Z");
        assert_eq!(Alarm::of(&before(5), None), None);
    }

    #[test]
    fn a_bell_rings_once_for_what_it_is_set_for() {
        let at = |millis| Alarm::At(Timestamp::from_millis(millis));
        let now = Timestamp::from_millis;
        let bell = Bell::set(now(100));
        assert!(bell.is_pending(at(100)) && !bell.is_pending(at(99)));
        let rung = Bell {
            fired: true,
            ..bell
        };
        let same = (Some(at(200)), true);
        assert_eq!(rung.follow(same, same, now(300)), rung);
        let closed = (Some(at(200)), false);
        let reopened = rung
            .follow(same, closed, now(300))
            .follow(closed, same, now(400));
        assert!(!reopened.is_pending(at(200)) && reopened.fired);
        let later = (Some(at(500)), true);
        let moved = rung.follow(same, later, now(300));
        assert_eq!(moved, Bell::set(now(300)));
        assert!(
            !moved.follow(later, same, now(400)).is_pending(at(200)),
            "an undo does not ring again"
        );
        let waiting = bell
            .follow(same, closed, now(150))
            .follow(closed, same, now(250));
        assert!(
            !waiting.is_pending(at(200)),
            "its moment passed while it was done"
        );
    }

    #[test]
    fn a_local_alarm_is_not_over_before_it_is_over_everywhere() {
        let midnight = due("2026-11-20", None, None);
        let alarm = Alarm::of(&before(0), Some(&midnight)).unwrap();
        let at = |text: &str| Bell::set(text.parse().unwrap());
        assert!(at("2026-11-20T12:00:00Z").is_pending(alarm));
        assert!(!at("2026-11-20T12:00:00.001Z").is_pending(alarm));
    }
}
