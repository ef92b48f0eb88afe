//! Two samples of each event: with every field set, and with as little as the types allow.

mod list;
mod notification;
mod task;
mod user;
mod workspace;

use std::collections::BTreeSet;

use jiff::civil::Date;
use taskfold_contracts::envelope::{Envelope, Header};
use taskfold_contracts::events::{Event, EventType, RecordHead};
use taskfold_contracts::ids::{ChangeId, CorrelationId, EventId, UserId, WorkspaceId};
use taskfold_contracts::position::{Position, Version};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Actor, Due, Origin, Recurrence, RecursFrom, Reminder};
use uuid::Uuid;

/// How much of an event a sample sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fill {
    Full,
    Minimal,
}

impl Fill {
    pub(crate) const ALL: [Self; 2] = [Self::Full, Self::Minimal];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Minimal => "minimal",
        }
    }

    /// The value in a full sample, nothing in a minimal one.
    fn some<T>(self, value: T) -> Option<T> {
        (self == Self::Full).then_some(value)
    }

    /// The values in a full sample, none in a minimal one.
    fn many<T>(self, values: Vec<T>) -> Vec<T> {
        match self {
            Self::Full => values,
            Self::Minimal => Vec::new(),
        }
    }

    /// The text in a full sample, an empty one in a minimal one.
    fn text(self, text: &str) -> String {
        self.some(text.to_owned()).unwrap_or_default()
    }
}

/// One sample of each event type.
pub(crate) fn all(fill: Fill) -> Vec<Event> {
    let areas = [
        task::samples(fill),
        list::samples(fill),
        workspace::samples(fill),
        user::samples(fill),
        notification::samples(fill),
    ];
    areas.into_iter().flatten().collect()
}

/// The sample of one event type.
pub(crate) fn of(event_type: EventType, fill: Fill) -> Event {
    all(fill)
        .into_iter()
        .find(|event| event.event_type() == event_type)
        .unwrap()
}

pub(crate) fn head(fill: Fill) -> RecordHead {
    RecordHead {
        event_id: EventId(id(0xe0)),
        timestamp: moment(),
        user_id: fill.some(UserId(id(0xa0))),
        workspace_id: WorkspaceId(id(0xb0)),
    }
}

pub(crate) fn header(event: &Event, fill: Fill) -> Header {
    Header {
        position: Position {
            partition: 3,
            number: 42,
        },
        event_id: EventId(id(0xe0)),
        workspace_id: WorkspaceId(id(0xb0)),
        stream_id: event.stream(),
        version: Version(7),
        event_type: event.event_type().as_str().into(),
        schema_version: event.event_type().schema_version(),
        recorded_at: "2026-11-21T10:00:00.456Z".parse().unwrap(),
        actor: fill
            .some(Actor::User(UserId(id(0xa0))))
            .unwrap_or(Actor::System),
        change_id: ChangeId(id(0xc0)),
        undoes: fill.some(ChangeId(id(0xc1))),
        correlation_id: CorrelationId(id(0xd0)),
        causation_id: fill.some(EventId(id(0xe1))),
        key_id: None,
    }
}

pub(crate) fn envelope(event: Event, fill: Fill) -> Envelope {
    Envelope {
        header: header(&event, fill),
        occurred_at: moment(),
        event,
    }
}

/// A fixed id, told apart by its last byte.
pub(crate) fn id(last: u8) -> Uuid {
    Uuid::from_u128(0x0193_4d2a_7c00_7000_8000_0000_0000_0000 | u128::from(last))
}

fn moment() -> Timestamp {
    "2026-11-21T09:30:00.123Z".parse().unwrap()
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn due() -> Due {
    Due {
        date: date("2026-12-01"),
        time: Some("09:00:00".parse().unwrap()),
        zone: Some("Europe/Berlin".into()),
    }
}

fn recurrence() -> Recurrence {
    Recurrence {
        rule: "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1".into(),
        from: RecursFrom::Completion,
        anchor: due(),
        except: vec![date("2026-12-25"), date("2027-01-01")],
        occurrence: 3,
    }
}

fn reminders() -> Vec<Reminder> {
    let reminder = |last, at, minutes_before_due| Reminder {
        reminder_id: taskfold_contracts::ids::ReminderId(id(last)),
        at,
        minutes_before_due,
    };
    vec![
        reminder(0x51, Some(moment()), None),
        reminder(0x52, None, Some(30)),
    ]
}

fn origin() -> Origin {
    Origin {
        source: "todoist".into(),
        external_id: "6X7rM8997g3RQmvh".into(),
    }
}

#[test]
fn there_is_one_sample_of_each_event_type() {
    let expected: BTreeSet<EventType> = EventType::ALL.iter().copied().collect();
    for fill in Fill::ALL {
        let samples = all(fill);
        assert_eq!(samples.len(), expected.len());
        assert_eq!(
            samples
                .iter()
                .map(Event::event_type)
                .collect::<BTreeSet<_>>(),
            expected
        );
    }
}
