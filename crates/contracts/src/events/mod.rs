//! Every event, as stored and published. The `.avsc` files under `schemas/` are the contract; these
//! types are tested against them. A change is a new schema version with an upcaster, never an edit.

mod list;
mod notification;
mod record;
mod task;
mod user;
mod workspace;

pub use list::*;
pub use notification::*;
pub use record::{CodecError, Payload, RecordHead};
pub use task::*;
pub use user::*;
pub use workspace::*;

use serde::Serialize;

use crate::ids::StreamId;

/// Kafka topic of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// `task-events`: tasks, lists and workspaces, so that one workspace stays in order.
    Task,
    /// `user-events`.
    User,
    /// `notification-events`.
    Notification,
}

impl Topic {
    /// All topics.
    pub const ALL: [Self; 3] = [Self::Task, Self::User, Self::Notification];

    /// The topic's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Task => "task-events",
            Self::User => "user-events",
            Self::Notification => "notification-events",
        }
    }
}

macro_rules! event_table {
    ($($record:ident = $name:literal v $version:literal on $topic:ident, stream $stream:ident;)*) => {
        /// Something that happened, in its current version.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        #[allow(missing_docs, reason = "each variant is documented at its record")]
        pub enum Event {
            $($record($record),)*
        }

        /// The published name of an event, such as `task.created`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "each variant is documented at its record")]
        pub enum EventType {
            $($record,)*
        }

        impl EventType {
            /// All event types, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$record,)*];

            /// The published name.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$record => $name,)*
                }
            }

            /// The Avro record's name, in the namespace `com.todoapp.events`.
            pub fn record_name(self) -> &'static str {
                match self {
                    $(Self::$record => stringify!($record),)*
                }
            }

            /// The schema version that is written now.
            pub fn schema_version(self) -> u16 {
                match self {
                    $(Self::$record => $version,)*
                }
            }

            /// The Avro schema that is written now, as JSON text.
            pub fn schema_text(self) -> &'static str {
                match self {
                    $(Self::$record => include_str!(concat!(
                        "../../schemas/", $name, "/v", $version, ".avsc"
                    )),)*
                }
            }

            /// The topic it is published on.
            pub fn topic(self) -> Topic {
                match self {
                    $(Self::$record => Topic::$topic,)*
                }
            }

            /// The type of that name.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$record),)*
                    _ => None,
                }
            }
        }

        impl Event {
            /// Its type.
            pub fn event_type(&self) -> EventType {
                match self {
                    $(Self::$record(_) => EventType::$record,)*
                }
            }

            /// The stream that it belongs to.
            pub fn stream(&self) -> StreamId {
                match self {
                    $(Self::$record(event) => event.$stream.into(),)*
                }
            }

            /// Appends its Avro bytes, in the current schema version.
            pub fn to_avro(&self, head: &RecordHead, out: Vec<u8>) -> Result<Vec<u8>, CodecError> {
                let schema = crate::schemas::current(self.event_type());
                match self {
                    $(Self::$record(event) => event.to_avro(head, schema, out),)*
                }
            }

            /// Reads Avro bytes that were written with the *current* schema of `event_type`.
            pub(crate) fn from_avro(
                event_type: EventType,
                bytes: &[u8],
            ) -> Result<(RecordHead, Self), CodecError> {
                let schema = crate::schemas::current(event_type);
                match event_type {
                    $(EventType::$record => {
                        let (head, event) = $record::from_avro(bytes, schema)?;
                        Ok((head, Self::$record(event)))
                    })*
                }
            }
        }

        $(impl From<$record> for Event {
            fn from(event: $record) -> Self {
                Self::$record(event)
            }
        })*
    };
}

event_table! {
    TaskCreated = "task.created" v 2 on Task, stream task_id;
    TaskUpdated = "task.updated" v 1 on Task, stream task_id;
    TaskMoved = "task.moved" v 1 on Task, stream task_id;
    TaskCompleted = "task.completed" v 1 on Task, stream task_id;
    TaskReopened = "task.reopened" v 1 on Task, stream task_id;
    TaskDeleted = "task.deleted" v 1 on Task, stream task_id;
    TaskRestored = "task.restored" v 1 on Task, stream task_id;
    TaskCommented = "task.commented" v 1 on Task, stream task_id;
    TaskCommentEdited = "task.comment_edited" v 1 on Task, stream task_id;
    TaskCommentDeleted = "task.comment_deleted" v 1 on Task, stream task_id;
    ListCreated = "list.created" v 2 on Task, stream list_id;
    ListUpdated = "list.updated" v 1 on Task, stream list_id;
    ListMoved = "list.moved" v 1 on Task, stream list_id;
    ListArchived = "list.archived" v 1 on Task, stream list_id;
    ListUnarchived = "list.unarchived" v 1 on Task, stream list_id;
    ListDeleted = "list.deleted" v 1 on Task, stream list_id;
    ListRestored = "list.restored" v 1 on Task, stream list_id;
    WorkspaceCreated = "workspace.created" v 1 on Task, stream workspace;
    WorkspaceUpdated = "workspace.updated" v 1 on Task, stream workspace;
    WorkspaceDeleted = "workspace.deleted" v 1 on Task, stream workspace;
    WorkspaceRestored = "workspace.restored" v 1 on Task, stream workspace;
    WorkspaceMemberInvited = "workspace.member_invited" v 1 on Task, stream workspace;
    WorkspaceInvitationRevoked = "workspace.invitation_revoked" v 1 on Task, stream workspace;
    WorkspaceMemberJoined = "workspace.member_joined" v 1 on Task, stream workspace;
    WorkspaceMemberRoleChanged = "workspace.member_role_changed" v 1 on Task, stream workspace;
    WorkspaceMemberLeft = "workspace.member_left" v 1 on Task, stream workspace;
    WorkspaceFilterSaved = "workspace.filter_saved" v 1 on Task, stream workspace;
    WorkspaceFilterRemoved = "workspace.filter_removed" v 1 on Task, stream workspace;
    UserRegistered = "user.registered" v 1 on User, stream user;
    UserAuthenticated = "user.authenticated" v 1 on User, stream user;
    UserUpdated = "user.updated" v 1 on User, stream user;
    UserErased = "user.erased" v 1 on User, stream user;
    ReminderTriggered = "reminder.triggered" v 1 on Notification, stream task_id;
    NotificationRequested = "notification.requested" v 1 on Notification, stream notification_id;
    NotificationSent = "notification.sent" v 1 on Notification, stream notification_id;
    NotificationFailed = "notification.failed" v 1 on Notification, stream notification_id;
}

impl Event {
    /// Its payload as JSON, for everybody who may read the history: without the fields that say "not touched",
    /// and without the hash of an invitation's secret.
    pub fn to_json(&self) -> serde_json::Value {
        let mut json = serde_json::to_value(self).unwrap_or_default();
        if let (Some(fields), Self::TaskUpdated(_) | Self::ListUpdated(_) | Self::UserUpdated(_)) =
            (json.as_object_mut(), self)
        {
            fields.retain(|_, value| {
                !(value.is_null() || value.as_array().is_some_and(Vec::is_empty))
            });
        }
        if let (Some(fields), Self::WorkspaceMemberInvited(_)) = (json.as_object_mut(), self) {
            fields.remove("secret_hash");
        }
        json
    }
}
