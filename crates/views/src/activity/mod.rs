//! Activity: who changed which field from what to what. What happens to people's profiles is not part
//! of it, nor are sign-ins, reminders and messages.

mod beside;
mod deeds;
mod names;
mod project;
mod query;
mod row;
mod verbs;

pub(crate) use beside::Beside;
pub use deeds::{Called, Deeds, called, in_words};
pub use names::{name_people, people};
pub(crate) use project::{Entry, Row, write};
pub use query::{of_list, of_task, of_workspace};
pub use row::{Activity, Change, Named};
pub use verbs::{kind, verb};
