//! What a change did, in words: the same for whoever shows it.

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::ids::{ListId, StreamId, TaskId, WorkspaceId};
use taskfold_sql::ValueRef;
use uuid::Uuid;

use super::names::lists_called;
use super::verbs::{kind, verb};
use crate::error::QueryError;
use crate::reader::Reader;
use crate::sql::{optional_uuid, padded, placeholders, uuid};

/// Things of one kind that are looked at to find what names them all: their uppermost one.
const NAMED: usize = 20;
/// Things looked up with one statement.
const CHUNK: usize = 512;

/// What the events of one change did: how many of which type, and to what.
#[derive(Debug, Clone, Default)]
pub struct Deeds {
    of: BTreeMap<String, Deed>,
    imported: bool,
}

#[derive(Debug, Clone, Default)]
struct Deed {
    events: usize,
    streams: BTreeSet<StreamId>,
}

impl Deed {
    fn named(&self) -> impl Iterator<Item = StreamId> {
        self.streams.iter().copied().take(NAMED)
    }
}

impl Deeds {
    /// Counts an event.
    pub fn add(&mut self, event_type: &str, stream: StreamId) {
        let deed = self.of.entry(event_type.to_owned()).or_default();
        deed.events += 1;
        deed.streams.insert(stream);
    }

    /// Whether nothing was added yet that was made: what made it, if it came from elsewhere, tells whether the
    /// change is an import.
    pub fn made_nothing(&self) -> bool {
        self.deed("task.created").is_none() && self.deed("list.created").is_none()
    }

    /// Notes that it brought things from elsewhere.
    pub fn set_imported(&mut self) {
        self.imported = true;
    }

    fn deed(&self, event_type: &str) -> Option<&Deed> {
        self.of.get(event_type)
    }

    fn of_kind<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = StreamId> + 'a {
        let deeds = self.of.iter().filter(move |(name, _)| kind(name) == wanted);
        deeds.flat_map(|(_, deed)| deed.named())
    }
}

/// How tasks and lists are called that changes were about.
#[derive(Debug, Default)]
pub struct Called {
    tasks: BTreeMap<TaskId, Task>,
    lists: BTreeMap<ListId, String>,
}

#[derive(Debug)]
struct Task {
    title: String,
    parent: Option<TaskId>,
    previous: Option<TaskId>,
}

/// Looks up how the things are called today that these changes were about, also in the trash.
///
/// # Errors
/// When the views cannot be read.
pub fn called<'a>(
    r: &Reader,
    workspace: WorkspaceId,
    changes: impl Iterator<Item = &'a Deeds> + Clone,
) -> Result<Called, QueryError> {
    let tasks: BTreeSet<Uuid> = changes
        .clone()
        .flat_map(|deeds| deeds.of_kind("task"))
        .map(|id| TaskId::from(id).0)
        .collect();
    let lists: BTreeSet<Uuid> = changes
        .flat_map(|deeds| deeds.of_kind("list"))
        .map(|id| ListId::from(id).0)
        .collect();
    let tasks: Vec<Uuid> = tasks.into_iter().collect();
    let mut found = BTreeMap::new();
    for part in tasks.chunks(CHUNK) {
        found.extend(tasks_called(r, workspace, part)?);
    }
    let lists = lists_called(r, workspace, lists)?;
    Ok(Called {
        tasks: found,
        lists: lists
            .into_iter()
            .map(|(id, name)| (ListId(id), name))
            .collect(),
    })
}

fn tasks_called(
    r: &Reader,
    workspace: WorkspaceId,
    ids: &[Uuid],
) -> Result<Vec<(TaskId, Task)>, QueryError> {
    let asked = padded(ids);
    let sql = format!(
        "SELECT task_id, title, parent_id, previous_id FROM tasks
         WHERE workspace_id = ?1 AND task_id IN ({})",
        placeholders(2, asked.len())
    );
    let bound = std::iter::once(workspace.as_bytes()).chain(asked.iter().map(Uuid::as_bytes));
    let bound: Vec<ValueRef> = bound.map(|id| ValueRef::Blob(id)).collect();
    Ok(r.of(workspace)?.query(&sql, &bound, |row| {
        let task = Task {
            title: row.get(1)?,
            parent: optional_uuid(row, 2)?.map(TaskId),
            previous: optional_uuid(row, 3)?.map(TaskId),
        };
        Ok((TaskId(uuid(row, 0)?), task))
    })?)
}

/// What a change did: `deleted “Pay rent” and 1 subtask`, `imported 20,000 tasks and 3 lists`. Never empty, unless
/// the change is.
pub fn in_words(deeds: &Deeds, called: &Called) -> String {
    let told = if deeds.imported {
        imported(deeds, called)
    } else {
        None
    };
    told.unwrap_or_else(|| each(deeds, called))
}

/// An import is told by what it brought, not by what happened there to whatever it brought.
fn imported(deeds: &Deeds, called: &Called) -> Option<String> {
    let things = |event_type| deeds.deed(event_type).map_or(0, |deed| deed.streams.len());
    let events = |event_type| deeds.deed(event_type).map_or(0, |deed| deed.events);
    let tasks =
        deeds
            .deed("task.created")
            .map(|deed| match (deed.streams.len(), deed.named().next()) {
                (1, Some(id)) => of_tasks(deed, called_task(called, id)),
                (count, _) => plural(count, "task"),
            });
    let lists = deeds.deed("list.created").map(|deed| {
        if deed.streams.len() == 1 {
            of_lists(deed, called)
        } else {
            plural(deed.streams.len(), "list")
        }
    });
    let brought: Vec<String> = tasks.into_iter().chain(lists).collect();
    if brought.is_empty() {
        return None;
    }
    let more = [
        (things("task.completed"), "done"),
        (things("task.deleted"), "in the trash"),
        (
            things("task.restored") + things("list.restored"),
            "back from the trash",
        ),
    ];
    let more = more
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", number(count)));
    let said = events("task.commented");
    let said = (said > 0).then(|| plural(said, "comment"));
    let more: Vec<String> = more.chain(said).collect();
    let text = format!("imported {}", brought.join(" and "));
    Some(if more.is_empty() {
        text
    } else {
        format!("{text} ({})", more.join(", "))
    })
}

fn each(deeds: &Deeds, called: &Called) -> String {
    let recurred = recurred(deeds, called);
    let told = deeds
        .of
        .iter()
        .filter(|(name, _)| !(recurred && *name == "task.created"));
    let phrases = told.map(|(name, deed)| phrase(name, deed, called));
    let mut text = phrases.collect::<Vec<_>>().join(", ");
    if recurred {
        text.push_str(", with what came next");
    }
    text
}

/// Whether what was made are the next occurrences of what was done.
fn recurred(deeds: &Deeds, called: &Called) -> bool {
    let (Some(done), Some(made)) = (deeds.deed("task.completed"), deeds.deed("task.created"))
    else {
        return false;
    };
    let follows = |id: StreamId| {
        let previous = called_task(called, id).and_then(|task| task.previous);
        previous.is_some_and(|id| done.streams.contains(&id.into()))
    };
    made.named().any(follows)
}

fn phrase(name: &str, deed: &Deed, called: &Called) -> String {
    let subject = match kind(name) {
        "task" => {
            let here = |id: TaskId| deed.streams.contains(&id.into());
            let tops = deed.named().filter_map(|id| called_task(called, id));
            let top = |task: &&Task| !task.parent.is_some_and(here);
            let mut tops = tops.filter(top);
            let (first, second) = (tops.next(), tops.next());
            let whole = second.is_none() && deed.streams.len() <= NAMED;
            match first {
                Some(task) if whole && deed.streams.len() > 1 => {
                    let subtasks = plural(deed.streams.len() - 1, "subtask");
                    format!("“{}” and {subtasks}", task.title)
                }
                first => of_tasks(deed, first),
            }
        }
        "list" => of_lists(deed, called),
        _ => "the workspace".to_owned(),
    };
    let verb = verb(name);
    if deed.events > deed.streams.len() {
        format!("{verb} {subject} ({} times)", number(deed.events))
    } else {
        format!("{verb} {subject}")
    }
}

fn called_task(called: &Called, id: StreamId) -> Option<&Task> {
    called.tasks.get(&id.into())
}

fn of_tasks(deed: &Deed, first: Option<&Task>) -> String {
    let count = deed.streams.len();
    match first {
        None => plural(count, "task"),
        Some(task) if count == 1 => format!("“{}”", task.title),
        Some(task) => format!("“{}” and {}", task.title, more(count - 1, "task")),
    }
}

fn of_lists(deed: &Deed, called: &Called) -> String {
    let count = deed.streams.len();
    let first = deed.named().find_map(|id| called.lists.get(&id.into()));
    match first {
        None => plural(count, "list"),
        Some(name) if count == 1 => format!("the list “{name}”"),
        Some(name) => format!("the list “{name}” and {}", more(count - 1, "list")),
    }
}

fn more(count: usize, what: &str) -> String {
    plural(count, &format!("more {what}"))
}

fn plural(count: usize, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {what}{ending}", number(count))
}

/// A count with its thousands set apart.
fn number(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn deeds(events: &[(&str, u128)]) -> Deeds {
        let mut deeds = Deeds::default();
        for (name, stream) in events {
            deeds.add(name, StreamId(id(*stream)));
        }
        deeds
    }

    fn titled(tasks: &[(u128, &str, Option<u128>, Option<u128>)]) -> Called {
        let task = |(n, title, parent, previous): &(u128, &str, Option<u128>, Option<u128>)| {
            let task = Task {
                title: (*title).to_owned(),
                parent: parent.map(|n| TaskId(id(n))),
                previous: previous.map(|n| TaskId(id(n))),
            };
            (TaskId(id(*n)), task)
        };
        Called {
            tasks: tasks.iter().map(task).collect(),
            lists: BTreeMap::from([(ListId(id(9)), "Home".to_owned())]),
        }
    }

    #[test]
    fn each_verb_names_what_it_was_about() {
        let called = titled(&[(1, "A", None, None), (2, "B", None, None)]);
        let mixed = [
            ("task.completed", 1),
            ("task.commented", 2),
            ("task.commented", 2),
            ("list.created", 9),
        ];
        assert_eq!(
            in_words(&deeds(&mixed), &called),
            "added the list “Home”, commented on “B” (2 times), completed “A”"
        );
        let two = [("task.deleted", 1), ("task.deleted", 2)];
        assert_eq!(
            in_words(&deeds(&two), &called),
            "deleted “A” and 1 more task"
        );
        assert_eq!(
            in_words(&deeds(&two), &Called::default()),
            "deleted 2 tasks"
        );
    }

    #[test]
    fn subtasks_and_occurrences_are_no_tasks_of_their_own() {
        let below = titled(&[(1, "A", None, None), (2, "B", Some(1), None)]);
        let both = [("task.deleted", 1), ("task.deleted", 2)];
        assert_eq!(in_words(&deeds(&both), &below), "deleted “A” and 1 subtask");
        let next = titled(&[(1, "A", None, None), (2, "A", None, Some(1))]);
        let done = [("task.completed", 1), ("task.created", 2)];
        assert_eq!(
            in_words(&deeds(&done), &next),
            "completed “A”, with what came next"
        );
    }

    #[test]
    fn an_import_is_told_by_what_it_brought() {
        let called = titled(&[(1, "A", None, None), (2, "B", None, None)]);
        let mut brought = deeds(&[
            ("list.created", 9),
            ("task.created", 1),
            ("task.created", 2),
            ("task.commented", 2),
            ("task.completed", 2),
            ("task.deleted", 1),
        ]);
        brought.set_imported();
        assert_eq!(
            in_words(&brought, &called),
            "imported 2 tasks and the list “Home” (1 done, 1 in the trash, 1 comment)"
        );
        let mut many = Deeds::default();
        (0..20_000).for_each(|n| many.add("task.created", StreamId(id(n))));
        (0..3).for_each(|n| many.add("list.created", StreamId(id(n))));
        many.set_imported();
        assert_eq!(
            in_words(&many, &Called::default()),
            "imported 20,000 tasks and 3 lists"
        );
    }
}
