//! Tests of the contracts.
#![cfg(test)]

#[path = "all/avro.rs"]
mod avro;
#[path = "all/chain.rs"]
mod chain;
#[path = "all/cloudevent.rs"]
mod cloudevent;
#[path = "all/compatibility.rs"]
mod compatibility;
#[path = "all/fixtures.rs"]
mod fixtures;
#[path = "all/generic.rs"]
mod generic;
#[path = "all/json.rs"]
mod json;
#[path = "all/malformed.rs"]
mod malformed;
#[path = "all/released.rs"]
mod released;
#[path = "all/samples/mod.rs"]
mod samples;
#[path = "all/text.rs"]
mod text;
#[path = "all/upcasting.rs"]
mod upcasting;
