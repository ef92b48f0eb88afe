//! Tasks from other applications and to them: readers of their exports, and Taskfold's own exports.
//!
//! A reader never panics on any input. What Taskfold has no place for is named in the report, with a
//! count, an example and the reason.

mod archive;
mod builder;
mod dates;
mod export;
mod html;
mod ids;
mod read;
mod report;
mod rule;
mod table;
mod text;

pub use export::{
    Export, ExportComment, ExportFilter, ExportList, ExportPerson, ExportTask, ExportWriter, Form,
    WriteError,
};
pub use read::{Format, Here, Imported, ParsedDate, ReadOptions, detect, read};
pub use report::{ImportError, Lost, Report, Warning};

/// The largest input, in bytes.
pub const MAX_BYTES: usize = 100 * 1024 * 1024;
/// The most tasks that one import may bring.
pub const MAX_TASKS: usize = 100_000;
