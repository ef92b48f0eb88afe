//! Commands on people, outside of any workspace.

use serde::{Deserialize, Serialize};

use super::{given, nullable};
use crate::ids::{UserId, WorkspaceId};
use crate::values::{Channel, Theme, WeekStart};

/// A command on a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum UserCommand {
    /// Register, with a personal workspace.
    Register(RegisterUser),
    /// Note that somebody signed in.
    RecordSignIn {
        /// `password`, later `oidc`, `passkey`.
        method: String,
    },
    /// Change profile or preferences.
    Update(UpdateUser),
    /// Erase the person, with the workspace of their own. Shared ones they have left before.
    Erase,
    /// Make a shared workspace and own it.
    CreateWorkspace {
        /// Its id, chosen by the gateway.
        workspace_id: WorkspaceId,
        /// 1–200 characters.
        name: String,
    },
}

/// Somebody new. Credentials stay with the gateway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterUser {
    /// Chosen by the gateway.
    pub user_id: UserId,
    /// Chosen by the gateway.
    pub workspace_id: WorkspaceId,
    /// Their address.
    pub email: String,
    /// 1–200 characters.
    pub display_name: String,
    /// IANA name.
    pub time_zone: String,
    /// BCP 47 tag.
    pub locale: String,
    /// Whether this person administers the installation.
    pub is_admin: bool,
}

/// Changes of profile or preferences: an absent field is not touched, null sets to nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UpdateUser {
    /// New name.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// IANA name.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// BCP 47 tag.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// First day of the week.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub week_start: Option<WeekStart>,
    /// Colours.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
    /// Local time of the daily digest, `HH:MM`.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub digest_time: Option<Option<String>>,
    /// All channels, new.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<Channel>>,
}
