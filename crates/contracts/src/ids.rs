//! Identifiers: UUID newtypes, written as hyphenated lower-case strings everywhere (JSON, Avro).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, utoipa::ToSchema)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The 16 bytes, big-endian as in RFC 9562.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
            /// From 16 bytes; `None` when the length differs.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut buffer = Uuid::encode_buffer();
                serializer.serialize_str(self.0.hyphenated().encode_lower(&mut buffer))
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(UuidText).map(Self)
            }
        }
    )*};
}

struct UuidText;

impl serde::de::Visitor<'_> for UuidText {
    type Value = Uuid;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a UUID as text")
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Uuid, E> {
        Uuid::try_parse(text).map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

id! {
    /// A task.
    TaskId;
    /// A list of tasks.
    ListId;
    /// A workspace: the tenant, the unit of isolation, ordering and time travel.
    WorkspaceId;
    /// A person.
    UserId;
    /// One event.
    EventId;
    /// All events of one command or one batch; what undo names. Its last bit: [`crate::trace`].
    ChangeId;
    /// All work that one request from outside set off.
    CorrelationId;
    /// The events of one aggregate: the id of the task, list, workspace or user.
    StreamId;
    /// A comment on a task.
    CommentId;
    /// A reminder of a task.
    ReminderId;
    /// An invitation to a workspace.
    InvitationId;
    /// A saved filter of a workspace.
    FilterId;
    /// A message to a person.
    NotificationId;
    /// The key that seals a payload.
    KeyId;
    /// An API token.
    TokenId;
    /// A browser session.
    SessionId;
}

macro_rules! stream_of {
    ($($id:ident),*) => {$(
        impl From<$id> for StreamId {
            fn from(id: $id) -> Self {
                Self(id.0)
            }
        }
        impl From<StreamId> for $id {
            fn from(id: StreamId) -> Self {
                Self(id.0)
            }
        }
    )*};
}
stream_of!(TaskId, ListId, WorkspaceId, UserId, NotificationId);

/// Where new ids come from; passed in, so that decisions stay deterministic.
pub trait IdSource: Send + Sync {
    /// The next time-ordered UUID (version 7).
    fn next(&self) -> Uuid;
}

/// UUID version 7 from the system's clock and randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl IdSource for SystemIds {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place where ids are made"
    )]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}
