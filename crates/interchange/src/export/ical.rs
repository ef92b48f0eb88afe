//! Tasks as iCalendar VTODO (RFC 5545).

use std::fmt::Write;

use jiff::civil::Date;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Due, Priority, Recurrence};

use super::{ExportTask, zones};

/// What stands before the tasks.
pub(super) fn begin(text: &mut String) {
    let mut lines = Lines { text };
    lines.put("BEGIN", "VCALENDAR");
    lines.put("VERSION", "2.0");
    lines.put("PRODID", "-//Taskfold//Taskfold//EN");
}

/// What stands behind them.
pub(super) fn end(text: &mut String) {
    Lines { text }.put("END", "VCALENDAR");
}

/// The zone that a time of the task is in, and that must be described before it is named.
pub(super) fn zone(task: &ExportTask) -> Option<&str> {
    let due = task.due.as_ref().filter(|due| due.time.is_some())?;
    due.zone.as_deref().filter(|zone| *zone != "UTC")
}

/// The description of a zone.
pub(super) fn describe(text: &mut String, zone: &str) {
    zones::write(&mut Lines { text }, zone);
}

/// One task.
pub(super) fn todo(text: &mut String, task: &ExportTask, list: Option<&str>, stamp: Timestamp) {
    let lines = &mut Lines { text };
    lines.put("BEGIN", "VTODO");
    lines.put("UID", &task.id.to_string());
    lines.put("DTSTAMP", &utc(stamp));
    lines.put("CREATED", &utc(task.created_at));
    lines.put("LAST-MODIFIED", &utc(task.updated_at));
    lines.text("SUMMARY", &task.title);
    if !task.description.is_empty() {
        lines.text("DESCRIPTION", &task.description);
    }
    if let Some(priority) = priority(task.priority) {
        lines.put("PRIORITY", priority);
    }
    days(lines, task);
    if let Some(recurrence) = &task.recurrence {
        repeats(lines, recurrence, task.due.as_ref());
    }
    if !task.tags.is_empty() {
        let tags: Vec<String> = task.tags.iter().map(|tag| escape(tag)).collect();
        lines.put("CATEGORIES", &tags.join(","));
    }
    if let Some(list) = list {
        lines.text("X-TASKFOLD-LIST", list);
    }
    if let Some(parent) = task.parent_id {
        lines.put("RELATED-TO;RELTYPE=PARENT", &parent.to_string());
    }
    for blocker in &task.blocked_by {
        lines.put("RELATED-TO;RELTYPE=DEPENDS-ON", &blocker.to_string());
    }
    for comment in &task.comments {
        lines.text("COMMENT", &comment.body);
    }
    match task.completed_at {
        Some(at) => {
            lines.put("STATUS", "COMPLETED");
            lines.put("COMPLETED", &utc(at));
        }
        None => lines.put("STATUS", "NEEDS-ACTION"),
    }
    alarms(lines, task);
    lines.put("END", "VTODO");
}

/// DUE and DTSTART have one type (RFC 5545, 3.8.2.3): a start day of a timed task begins at midnight.
fn days(lines: &mut Lines, task: &ExportTask) {
    let timed = task.due.as_ref().is_some_and(|due| due.time.is_some());
    if let Some(start) = task.start {
        if timed {
            let midnight = Due {
                date: start,
                time: Some(jiff::civil::Time::midnight()),
                zone: task.due.as_ref().and_then(|due| due.zone.clone()),
            };
            lines.moment("DTSTART", &midnight);
        } else {
            lines.put("DTSTART;VALUE=DATE", &day(start));
        }
    }
    if let Some(due) = &task.due {
        lines.moment("DUE", due);
    }
}

fn repeats(lines: &mut Lines, recurrence: &Recurrence, due: Option<&Due>) {
    lines.put("RRULE", &recurrence.rule);
    for date in &recurrence.except {
        // An excluded day has the type and time of the occurrences.
        match due.filter(|due| due.time.is_some()) {
            Some(due) => lines.moment(
                "EXDATE",
                &Due {
                    date: *date,
                    ..due.clone()
                },
            ),
            None => lines.put("EXDATE;VALUE=DATE", &day(*date)),
        }
    }
}

fn alarms(lines: &mut Lines, task: &ExportTask) {
    for reminder in &task.reminders {
        lines.put("BEGIN", "VALARM");
        lines.put("ACTION", "DISPLAY");
        lines.text("DESCRIPTION", &task.title);
        match (reminder.minutes_before_due, reminder.at) {
            (Some(minutes), _) => lines.put("TRIGGER;RELATED=END", &format!("-PT{minutes}M")),
            (None, Some(at)) => lines.put("TRIGGER;VALUE=DATE-TIME", &utc(at)),
            (None, None) => lines.put("TRIGGER;RELATED=END", "PT0M"),
        }
        lines.put("END", "VALARM");
    }
}

fn priority(priority: Priority) -> Option<&'static str> {
    match priority {
        Priority::None => None,
        Priority::Low => Some("9"),
        Priority::Medium => Some("5"),
        Priority::High => Some("3"),
        Priority::Urgent => Some("1"),
    }
}

fn utc(at: Timestamp) -> String {
    at.to_jiff().strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn day(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}

fn escape(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\\', "\\\\");
    let text = text
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace('\n', "\\n");
    text.replace(char::is_control, " ")
}

/// Content lines, folded at 75 bytes.
pub(super) struct Lines<'t> {
    text: &'t mut String,
}

impl Lines<'_> {
    pub(super) fn put(&mut self, name: &str, value: &str) {
        let mut width = 0;
        for character in name.chars().chain([':']).chain(value.chars()) {
            if width + character.len_utf8() > 75 {
                self.text.push_str("\r\n ");
                width = 1;
            }
            self.text.push(character);
            width += character.len_utf8();
        }
        self.text.push_str("\r\n");
    }

    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.put(name, &escape(value));
    }

    fn moment(&mut self, name: &str, due: &Due) {
        let Some(time) = due.time else {
            self.put(&format!("{name};VALUE=DATE"), &day(due.date));
            return;
        };
        let value = due
            .date
            .to_datetime(time)
            .strftime("%Y%m%dT%H%M%S")
            .to_string();
        match due.zone.as_deref() {
            Some("UTC") => self.put(name, &format!("{value}Z")),
            Some(zone) => {
                let mut named = String::new();
                // Writing to a String cannot fail.
                let _ = write!(named, "{name};TZID={zone}");
                self.put(&named, &value);
            }
            None => self.put(name, &value),
        }
    }
}
