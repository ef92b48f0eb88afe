//! The log on `PostgreSQL`: as many writers as there are processes, which meet at the partitions' head rows.
//!
//! An append's transaction locks the heads of its partitions in order, reads what the batch depends on,
//! plans it, writes it and commits; two round trips. Positions are taken from the locked heads, so they are
//! dense and in the order of commits whoever writes, and no reader can see a position before the one below
//! it. `docs/decisions/0017-log-on-postgresql.md` has the reasons.

pub(crate) mod commit;
pub(crate) mod connect;
pub(crate) mod facts;
pub(crate) mod lane;
pub(crate) mod migrate;
pub(crate) mod options;
pub(crate) mod pool;
pub(crate) mod read;
pub(crate) mod row;
pub(crate) mod side;
pub(crate) mod source;
pub(crate) mod store;
pub(crate) mod target;
pub(crate) mod verify;
pub(crate) mod watch;
pub(crate) mod write;
