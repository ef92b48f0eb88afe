//! An export, written as its tasks come: what is held is a piece, however large the whole.

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::ids::ListId;
use taskfold_contracts::time::Timestamp;

use super::{Export, ExportTask, csv_file, ical};

/// What an export looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Complete: lists and tasks in the order given, indented, with a line end. The same state gives the
    /// same bytes.
    Json,
    /// One row a task, tasks in the trash left out. Tags and blockers are separated by commas, comments by
    /// blank lines. Text that a spreadsheet would take for a formula gets an apostrophe in front.
    Csv,
    /// One calendar (RFC 5545) with a VTODO a task, tasks in the trash left out. Lists are named in
    /// `X-TASKFOLD-LIST`, which [`crate::read`] understands.
    Ical,
}

/// A piece cannot be written. Never in practice: all of an export has a form in all of them.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// As JSON.
    #[error("a task cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// As CSV.
    #[error("a task cannot be written as CSV: {0}")]
    Csv(#[from] csv::Error),
}

/// Writes one export: what stands before its tasks when it is made, then task after task, then the end.
pub struct ExportWriter {
    form: Form,
    stamp: Timestamp,
    lists: BTreeMap<ListId, String>,
    /// Zones that are described already.
    zones: BTreeSet<String>,
    text: String,
    first: bool,
}

impl ExportWriter {
    /// Begins an export. `head` is all of it but the tasks: it has none.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn new(form: Form, head: &Export) -> Result<Self, WriteError> {
        let names = head.lists.iter().map(|list| (list.id, list.name.clone()));
        let mut writer = Self {
            form,
            stamp: head.exported_at,
            lists: names.collect(),
            zones: BTreeSet::new(),
            text: String::new(),
            first: true,
        };
        match form {
            Form::Json => {
                let head = serde_json::to_string_pretty(head)?;
                // Tasks come where the empty list of them ends.
                let open = head.strip_suffix("]\n}").unwrap_or(&head);
                writer.text.push_str(open);
            }
            Form::Csv => writer.text.push_str(&csv_file::line(csv_file::HEADER)?),
            Form::Ical => ical::begin(&mut writer.text),
        }
        Ok(writer)
    }

    /// Writes the next task.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn task(&mut self, task: &ExportTask) -> Result<(), WriteError> {
        let list = task.list_id.and_then(|id| self.lists.get(&id));
        let list = list.map(String::as_str);
        match self.form {
            Form::Json => {
                self.text.push_str(if self.first { "\n" } else { ",\n" });
                self.first = false;
                let task = serde_json::to_string_pretty(task)?;
                for (number, line) in task.lines().enumerate() {
                    self.text
                        .push_str(if number == 0 { "    " } else { "\n    " });
                    self.text.push_str(line);
                }
            }
            Form::Csv if task.deleted_at.is_none() => {
                let line = csv_file::line(csv_file::row(task, list.unwrap_or("Inbox")))?;
                self.text.push_str(&line);
            }
            Form::Ical if task.deleted_at.is_none() => {
                if let Some(zone) = ical::zone(task)
                    && self.zones.insert(zone.to_owned())
                {
                    ical::describe(&mut self.text, zone);
                }
                ical::todo(&mut self.text, task, list, self.stamp);
            }
            Form::Csv | Form::Ical => {}
        }
        Ok(())
    }

    /// Takes what was written since the last time.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// Bytes that wait to be taken.
    pub fn waiting(&self) -> usize {
        self.text.len()
    }

    /// Ends it and takes the rest.
    pub fn end(mut self) -> String {
        match self.form {
            Form::Json => self
                .text
                .push_str(if self.first { "]\n}\n" } else { "\n  ]\n}\n" }),
            Form::Csv => {}
            Form::Ical => ical::end(&mut self.text),
        }
        self.text
    }
}

impl Export {
    /// All of it at once.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn written(&self, form: Form) -> Result<String, WriteError> {
        let head = Self {
            tasks: Vec::new(),
            people: self.people.clone(),
            filters: self.filters.clone(),
            lists: self.lists.clone(),
            ..*self
        };
        let mut writer = ExportWriter::new(form, &head)?;
        for task in &self.tasks {
            writer.task(task)?;
        }
        Ok(writer.end())
    }
}
