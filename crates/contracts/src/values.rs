//! Values that events and commands share.

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::ids::{ReminderId, UserId};
use crate::time::Timestamp;

/// How urgent a task is, ascending.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Not set.
    #[default]
    None,
    /// Some day.
    Low,
    /// Soon.
    Medium,
    /// Important.
    High,
    /// Now.
    Urgent,
}

impl Priority {
    /// All, ascending.
    pub const ALL: [Self; 5] = [
        Self::None,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::Urgent,
    ];

    /// The published name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// 0 (none) to 4 (urgent), for ordering in tables.
    pub fn rank(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
            Self::Urgent => 4,
        }
    }
}

/// A day, or a wall-clock time in a named zone.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Due {
    /// Calendar day, `YYYY-MM-DD`.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Wall-clock time, `HH:MM:SS`; null for the whole day.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub time: Option<Time>,
    /// IANA time zone of `time`, such as `Europe/Berlin`; null means the zone of whoever looks.
    #[serde(default)]
    pub zone: Option<String>,
}

/// What the next occurrence is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecursFrom {
    /// From the due date of the occurrence that was completed.
    Due,
    /// From the moment of completion.
    Completion,
}

/// A repeating task.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recurrence {
    /// RFC 5545 RRULE value, such as `FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1`.
    pub rule: String,
    /// What the next occurrence is counted from.
    pub from: RecursFrom,
    /// First occurrence (DTSTART) of the series.
    pub anchor: Due,
    /// Excluded days (EXDATE).
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub except: Vec<Date>,
    /// Which occurrence of the series this task is, from 1; COUNT is held against it.
    pub occurrence: u32,
}

/// A reminder: at an instant, or some minutes before the task is due. Exactly one of the two is set.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reminder {
    /// Its id.
    pub reminder_id: ReminderId,
    /// The instant (RFC 3339).
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Minutes before due, 0 to 525 600.
    #[serde(default)]
    pub minutes_before_due: Option<i32>,
}

/// Where an imported thing came from; makes importing again change nothing.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The application, such as `todoist`.
    pub source: String,
    /// Its id there.
    pub external_id: String,
}

/// What a member may do in a workspace, ascending.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads and comments.
    Commenter,
    /// Changes tasks and lists.
    Editor,
    /// Manages members and the workspace itself.
    Owner,
}

impl Role {
    /// The published name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Commenter => "commenter",
            Self::Editor => "editor",
            Self::Owner => "owner",
        }
    }
}

/// A way to reach a person.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// E-mail.
    Email,
    /// Web push.
    Push,
    /// Text message.
    Sms,
}

/// First day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WeekStart {
    /// ISO 8601.
    Monday,
    /// Middle East.
    Saturday,
    /// Americas.
    Sunday,
}

/// Colours of the web app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the device says.
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A field that was set, maybe to nothing; stands in an `Option` whose `None` means "not touched".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Set<T> {
    /// The new value.
    pub value: T,
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A person.
    User(UserId),
    /// A program acting for a person, through a token.
    Agent(UserId),
    /// Taskfold itself: recurrence, reminders, migrations.
    System,
}

impl Actor {
    /// The person behind it, if there is one.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) | Self::Agent(user) => Some(user),
            Self::System => None,
        }
    }
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::User(user) => write!(f, "user:{user}"),
            Self::Agent(user) => write!(f, "agent:{user}"),
            Self::System => f.write_str("system"),
        }
    }
}

/// The text names no actor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an actor: expected user:<id>, agent:<id> or system")]
pub struct NotAnActor(pub String);

impl std::str::FromStr for Actor {
    type Err = NotAnActor;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || NotAnActor(text.chars().take(64).collect());
        if text == "system" {
            return Ok(Self::System);
        }
        let (kind, id) = text.split_once(':').ok_or_else(unknown)?;
        let user = id.parse::<UserId>().map_err(|_| unknown())?;
        match kind {
            "user" => Ok(Self::User(user)),
            "agent" => Ok(Self::Agent(user)),
            _ => Err(unknown()),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
