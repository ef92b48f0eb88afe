//! The log on `SQLite`.

pub(crate) mod backup;
pub(crate) mod checkpoint;
pub(crate) mod commit;
pub(crate) mod facts;
pub(crate) mod forget;
pub(crate) mod lane;
pub(crate) mod pool;
pub(crate) mod read;
pub(crate) mod row;
pub(crate) mod schema;
pub(crate) mod snapshot;
pub(crate) mod source;
pub(crate) mod store;
pub(crate) mod target;
pub(crate) mod verify;
