//! Tasks as a table for spreadsheets.

use super::ExportTask;

/// The first line.
pub(super) const HEADER: [&str; 18] = [
    "id",
    "list",
    "parent_id",
    "title",
    "description",
    "priority",
    "due_date",
    "due_time",
    "due_zone",
    "start",
    "tags",
    "recurrence",
    "blocked_by",
    "status",
    "created_at",
    "updated_at",
    "completed_at",
    "comments",
];

/// A record as it stands in the file.
pub(super) fn line(record: [impl AsRef<[u8]>; 18]) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(1 << 10)
        .from_writer(Vec::new());
    writer.write_record(record)?;
    let bytes = writer
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

pub(super) fn row(task: &ExportTask, list: &str) -> [String; 18] {
    fn text<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let due = task.due.as_ref();
    let blockers: Vec<String> = task.blocked_by.iter().map(ToString::to_string).collect();
    let comments: Vec<&str> = task
        .comments
        .iter()
        .map(|comment| comment.body.as_str())
        .collect();
    let status = if task.completed_at.is_some() {
        "done"
    } else {
        "open"
    };
    [
        task.id.to_string(),
        harmless(list),
        text(task.parent_id),
        harmless(&task.title),
        harmless(&task.description),
        task.priority.as_str().to_owned(),
        text(due.map(|due| due.date)),
        text(due.and_then(|due| due.time)),
        text(due.and_then(|due| due.zone.clone())),
        text(task.start),
        harmless(&task.tags.join(",")),
        text(
            task.recurrence
                .as_ref()
                .map(|recurrence| recurrence.rule.clone()),
        ),
        blockers.join(","),
        status.to_owned(),
        task.created_at.to_string(),
        task.updated_at.to_string(),
        text(task.completed_at),
        harmless(&comments.join("\n\n")),
    ]
}

/// Spreadsheets run text that begins like this, also in the wide characters of East Asia.
fn harmless(text: &str) -> String {
    const BEGINNINGS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(BEGINNINGS) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
