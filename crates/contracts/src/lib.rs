//! The language of Taskfold: ids, values, events and their Avro contracts, the envelope of a row of the
//! log, and the commands that the API takes. No I/O, no async.

pub mod cloudevent;
pub mod commands;
pub mod compatibility;
pub mod envelope;
pub mod events;
pub mod ids;
pub mod kafka;
pub mod position;
pub mod reminders;
pub mod schemas;
pub mod time;
pub mod trace;
pub mod upcast;
pub mod values;
