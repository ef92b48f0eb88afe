//! The readers, one module for each application.

mod ical;
mod mstodo;
mod taskfold;
mod taskwarrior;
mod ticktick;
mod todoist;
mod trello;
mod vikunja;

use jiff::Zoned;
use serde::Serialize;
use serde::de::DeserializeOwned;
use taskfold_contracts::commands::{Import, RecurrenceInput};
use taskfold_contracts::ids::{FilterId, UserId, WorkspaceId};
use taskfold_contracts::values::Due;

use crate::builder::Builder;
use crate::report::{ImportError, Report};
use crate::text;

/// Where a file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Todoist: a project as CSV, or a backup as ZIP.
    Todoist,
    /// Taskwarrior: `task export`.
    Taskwarrior,
    /// Vikunja: the ZIP of its data export.
    Vikunja,
    /// Trello: a board as JSON.
    Trello,
    /// Microsoft To Do: tasks as CSV from Outlook, or lists with tasks as JSON from Microsoft Graph.
    MsTodo,
    /// TickTick: the backup as CSV.
    TickTick,
    /// iCalendar with VTODO.
    Ical,
    /// Taskfold: its own JSON export.
    Taskfold,
}

impl Format {
    /// All.
    pub const ALL: [Self; 8] = [
        Self::Todoist,
        Self::Taskwarrior,
        Self::Vikunja,
        Self::Trello,
        Self::MsTodo,
        Self::TickTick,
        Self::Ical,
        Self::Taskfold,
    ];

    /// The published name, which is also `source` of an origin.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Todoist => "todoist",
            Self::Taskwarrior => "taskwarrior",
            Self::Vikunja => "vikunja",
            Self::Trello => "trello",
            Self::MsTodo => "mstodo",
            Self::TickTick => "ticktick",
            Self::Ical => "ical",
            Self::Taskfold => "taskfold",
        }
    }

    /// The format of that published name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// What a natural-language date means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedDate {
    /// When it is due.
    pub due: Option<Due>,
    /// How it repeats.
    pub recurrence: Option<RecurrenceInput>,
}

/// Who and what is in the workspace already.
#[derive(Debug, Clone, Default)]
pub struct Here {
    /// Who imports.
    pub importer: Option<UserId>,
    /// Whether the importer is an owner, who may bring what other members did.
    pub is_owner: bool,
    /// Members with their addresses: nobody else is assigned, or kept as an author.
    pub members: Vec<(UserId, Option<String>)>,
    /// Saved filters: those of an export of this very workspace are there already.
    pub filters: Vec<FilterId>,
}

impl Here {
    pub(crate) fn is_member(&self, user: UserId) -> bool {
        self.members.iter().any(|(member, _)| *member == user)
    }

    /// The member of that address.
    pub(crate) fn by_address(&self, address: &str) -> Option<UserId> {
        // What stands for the address of an erased person is none.
        let same = |of: &str| of.contains('@') && of.eq_ignore_ascii_case(address.trim());
        let mut members = self.members.iter();
        let found = members.find(|(_, email)| email.as_deref().is_some_and(same));
        found.map(|(member, _)| *member)
    }
}

/// What readers need to know.
pub struct ReadOptions<'a> {
    /// Now, in the zone of whoever imports: times without a zone are theirs, and what is done without a
    /// time counts as done now.
    pub now: Zoned,
    /// Where it goes: ids are made from it and the origin.
    pub workspace: WorkspaceId,
    /// Whether ids of Taskwarrior and Taskfold (as UIDs of its iCalendar files, too) are kept as they are. Say no if one of them belongs to
    /// another workspace of this installation.
    pub keep_ids: bool,
    /// The name of the file, if it is known: some applications name lists by it.
    pub filename: Option<&'a str>,
    /// Who and what is there.
    pub here: &'a Here,
    /// Whether the domain takes this recurrence rule (RFC 5545): one that it refuses is lost, and not the
    /// whole import.
    pub accepts_rule: &'a dyn Fn(&str) -> bool,
    /// Reads a date in English, such as `every 1st at 9am`.
    pub parse_date: &'a dyn Fn(&str) -> Option<ParsedDate>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// For the domain.
    pub import: Import,
    /// For the person.
    pub report: Report,
}

/// What the bytes look like, by their content first and their name second.
pub fn detect(bytes: &[u8], filename: &str) -> Option<Format> {
    if bytes.starts_with(b"PK\x03\x04") {
        let is_data = |name: &str| name == "data.json";
        let vikunja = crate::archive::names(bytes, is_data).unwrap_or(false);
        return Some(if vikunja {
            Format::Vikunja
        } else {
            Format::Todoist
        });
    }
    let text = text::decode(bytes).ok()?;
    let head: String = text.trim_start().chars().take(4_000).collect();
    let has = |wanted: &str| head.contains(wanted);
    if head.starts_with("BEGIN:VCALENDAR") {
        return Some(Format::Ical);
    }
    if head.starts_with('{') || head.starts_with('[') {
        return detect_json(&text, &head);
    }
    if has("List Name") && has("Title") {
        Some(Format::TickTick)
    } else if has("TYPE") && has("CONTENT") {
        Some(Format::Todoist)
    } else if has("Subject") {
        Some(Format::MsTodo)
    } else {
        filename
            .to_ascii_lowercase()
            .ends_with(".ics")
            .then_some(Format::Ical)
    }
}

fn detect_json(text: &str, head: &str) -> Option<Format> {
    let has = |wanted: &str| head.contains(wanted);
    if has("\"taskfold_export\"") {
        Some(Format::Taskfold)
    } else if has("\"status\"") && has("\"uuid\"") {
        Some(Format::Taskwarrior)
    } else if text.contains("\"idList\"") || has("\"shortLink\"") {
        Some(Format::Trello)
    } else if has("\"displayName\"") {
        Some(Format::MsTodo)
    } else {
        None
    }
}

/// Reads a file.
///
/// # Errors
/// What cannot be read at all, and where. Single tasks that are odd are warned of instead.
pub fn read(
    format: Format,
    bytes: &[u8],
    options: &ReadOptions<'_>,
) -> Result<Imported, ImportError> {
    let mut builder = Builder::new(format.as_str(), options);
    match format {
        Format::Todoist => todoist::read(bytes, &mut builder)?,
        Format::Taskwarrior => taskwarrior::read(&text::decode(bytes)?, &mut builder)?,
        Format::Vikunja => vikunja::read(bytes, &mut builder)?,
        Format::Trello => trello::read(&text::decode(bytes)?, &mut builder)?,
        Format::MsTodo => mstodo::read(&text::decode(bytes)?, &mut builder)?,
        Format::TickTick => ticktick::read(&text::decode(bytes)?, &mut builder)?,
        Format::Ical => ical::read(&text::decode(bytes)?, &mut builder)?,
        Format::Taskfold => taskfold::read(&text::decode(bytes)?, &mut builder)?,
    }
    Ok(builder.finish())
}

/// JSON of a known form; nesting deeper than 128 is refused.
fn json<T: DeserializeOwned>(text: &str) -> Result<T, ImportError> {
    serde_json::from_str(text).map_err(|error| json_error(&error))
}

fn json_error(error: &serde_json::Error) -> ImportError {
    let place = format!("line {}, column {}", error.line(), error.column());
    ImportError::new(place, format!("not the expected JSON: {error}"))
}

/// The name of a file without its folder and ending.
fn stem(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
