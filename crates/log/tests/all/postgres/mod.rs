//! The contract suite on PostgreSQL, with one database and with two, and what is particular to it.

mod encrypted;
pub(crate) mod kit;
mod lint;
mod one;
mod particular;
mod raw;
mod torture;
mod two;
