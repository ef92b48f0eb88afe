//! Spans of the work of this process, told to a collector by OTLP over HTTP.
//!
//! A span is told when its work is done, under ids that are known by rule or came with a request
//! ([`taskfold_contracts::trace`]). Telling costs the work nothing: it goes into a bounded queue and is dropped
//! and counted when that is full. Without a collector nothing is kept at all.

mod exporter;
mod otlp;
mod recorder;
mod span;

pub use exporter::{Exporter, Settings, SettingsError, exporter};
pub use recorder::{Counts, Recorder};
pub use span::{Kind, Span, Value};
pub use taskfold_contracts::trace::SpanContext;
