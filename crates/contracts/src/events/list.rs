//! What happens to lists.

use super::record::records;
use crate::ids::ListId;
use crate::time::Timestamp;
use crate::values::{Origin, Set};

records! {
    /// A list came to be.
    ListCreated {
        /// The list.
        list_id: ListId,
        /// 1–200 characters.
        name: String,
        /// `#rrggbb`.
        color: Option<String>,
        /// Place among the lists: ordered as bytes.
        rank: String,
        /// Where it was imported from.
        origin: Option<Origin>,
        /// When it last changed there, when it was imported; none is the time of the event.
        updated_at: Option<Timestamp>,
    }
    /// Fields of a list were changed; what is null was not touched.
    ListUpdated {
        /// The list.
        list_id: ListId,
        /// New name.
        name: Option<String>,
        /// New colour, or none.
        color: Option<Set<Option<String>>>,
    }
    /// A list went to another place.
    ListMoved {
        /// The list.
        list_id: ListId,
        /// Its place now.
        rank: String,
    }
    /// A list was put away; its tasks stay as they are.
    ListArchived {
        /// The list.
        list_id: ListId,
    }
    /// A list was taken out of the archive.
    ListUnarchived {
        /// The list.
        list_id: ListId,
    }
    /// A list went to the trash; its tasks went with it, each by an event of its own.
    ListDeleted {
        /// The list.
        list_id: ListId,
    }
    /// A list came back from the trash.
    ListRestored {
        /// The list.
        list_id: ListId,
    }
}
