//! What happened, as the API shows it.

use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{ChangeId, EventId, ListId, StreamId, TaskId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Actor;

/// One event: who changed which fields from what to what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Activity {
    /// Place in the log.
    #[schema(value_type = String)]
    pub position: Position,
    /// The event.
    pub event_id: EventId,
    /// What happened, such as `task.updated`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Where.
    pub workspace_id: WorkspaceId,
    /// The task, list, workspace or user that it happened to.
    pub stream_id: StreamId,
    /// The number of the event in that stream.
    pub version: u64,
    /// The task that it happened to.
    pub task_id: Option<TaskId>,
    /// What the task is called.
    pub task_title: Option<String>,
    /// The list that it happened to, or that the task was in afterwards.
    pub list_id: Option<ListId>,
    /// What the list is called.
    pub list_name: Option<String>,
    /// `user:<id>`, `agent:<id>` or `system`.
    #[schema(value_type = String)]
    pub actor: Actor,
    /// What they are called today; null for the system.
    pub actor_name: Option<String>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The command or batch that it is a part of.
    pub change_id: ChangeId,
    /// The change that it takes back.
    pub undoes: Option<ChangeId>,
    /// What is different now.
    pub changes: Vec<Change>,
}

/// A field and its values. Text beyond 4,096 characters is cut and ends in `…`; the log keeps all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Change {
    /// Its name in the API, such as `title` or `due`.
    pub field: String,
    /// Its value before.
    pub from: serde_json::Value,
    /// Its value now.
    pub to: serde_json::Value,
    /// What the things are called whose ids are in `from`, when it holds ids of tasks, lists or people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_name: Option<Named>,
    /// The same for `to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_name: Option<Named>,
    /// What the member is called whom a field such as `member:<id>` is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_name: Option<String>,
}

/// A name, or as many as there are ids; null where a thing is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Named {
    /// Of one id.
    One(String),
    /// Of a list of ids, in its order.
    Several(Vec<Option<String>>),
}
