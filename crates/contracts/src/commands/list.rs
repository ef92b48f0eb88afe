//! Commands on lists.

use serde::{Deserialize, Serialize};

use super::{given, nullable};
use crate::ids::ListId;

/// A new list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CreateList {
    /// Its id, when the client chose one (UUID); else the server does.
    pub list_id: Option<ListId>,
    /// 1–200 characters.
    pub name: String,
    /// `#rrggbb`.
    pub color: Option<String>,
}

/// Changes of a list: an absent field is not touched, null sets to nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct UpdateList {
    /// New name.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// New colour.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub color: Option<Option<String>>,
}

/// A new place: between the named neighbours, or last.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct MoveList {
    /// The list that is to come right before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<ListId>,
    /// The list that is to come right after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<ListId>,
}
