//! What provokes a server and watches it, whatever happens to it meanwhile: writers that note what was acknowledged,
//! listeners, and the checks that compare both with what is there in the end.

pub mod check;
pub mod ledger;
pub mod listener;
pub mod random;
pub mod writer;
