//! What happens to people. Credentials are never in events.

use super::record::records;
use crate::ids::{UserId, WorkspaceId};
use crate::values::{Channel, Set, Theme, WeekStart};

records! {
    /// Somebody registered; their personal workspace is created in the same append.
    UserRegistered {
        /// The person.
        user: UserId,
        /// Normalised address.
        email: String,
        /// 1–200 characters.
        display_name: String,
        /// The workspace of their own.
        personal_workspace_id: WorkspaceId,
        /// IANA name.
        time_zone: String,
        /// BCP 47 tag.
        locale: String,
        /// The first person of an installation administers it.
        is_admin: bool,
    }
    /// Somebody signed in.
    UserAuthenticated {
        /// The person.
        user: UserId,
        /// `password`, later `oidc`, `passkey`.
        method: String,
    }
    /// Profile or preferences changed; what is null was not touched.
    UserUpdated {
        /// The person.
        user: UserId,
        /// New name.
        display_name: Option<String>,
        /// IANA name.
        time_zone: Option<String>,
        /// BCP 47 tag.
        locale: Option<String>,
        /// First day of the week.
        week_start: Option<WeekStart>,
        /// Colours.
        theme: Option<Theme>,
        /// Local time of the daily digest, `HH:MM`, or none.
        digest_time: Option<Set<Option<String>>>,
        /// All channels, new.
        channels: Option<Set<Vec<Channel>>>,
    }
    /// Somebody was erased.
    UserErased {
        /// The person.
        user: UserId,
    }
}
