//! Read models: what the log's events add up to, in tables that can be deleted and rebuilt at any time.
//! One module a view: its tables (`tables.sql`), its projection, its queries.

pub mod activity;
mod apply;
pub mod as_of;
pub mod counts;
mod cursor;
mod db;
pub mod deadletters;
pub mod equality;
mod error;
pub mod filter;
pub mod filters;
mod held;
pub mod lists;
mod marks;
pub mod members;
mod page;
mod prepare;
mod reader;
pub mod rebuild;
pub mod reminders;
pub mod search;
mod server;
mod sql;
mod tables;
pub mod tasks;
mod touched;
pub mod trash;
mod views;

pub use db::VIEW_VERSION;
pub use error::{ApplyError, OpenError, QueryError};
pub use page::{MAX_LIMIT, Page};
pub use reader::Reader;
pub use server::ServerOptions;
pub use views::Views;
