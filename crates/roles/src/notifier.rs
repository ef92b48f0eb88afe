//! The notifier role: fires reminders (docs/decisions/0024-reminders-fire-by-decision.md).

mod numbers;
mod reminders;

pub(crate) use numbers::Numbers;
pub(crate) use reminders::{Parts, Reminders};
