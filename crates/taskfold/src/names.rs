//! How a task is named on the command line: by its number in the last list, or by the end of its id.
//! (The beginning of a `UUIDv7` is a time, so that tasks made together begin alike.)

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::TaskId;
use taskfold_views::tasks::Task;

use crate::client::Client;
use crate::config::write_private;
use crate::exit::{Exit, Failure};

/// The fewest characters of an id's end.
const LEAST: usize = 4;

/// What the last `list` showed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LastList {
    /// The place (server and workspace) that it was read from.
    pub place: String,
    /// The tasks, in order; number 1 is the first.
    pub tasks: Vec<TaskId>,
}

impl LastList {
    fn path(data: &Path) -> PathBuf {
        data.join("last-list.json")
    }

    /// Keeps it for the next command.
    pub(crate) fn save(&self, data: &Path) -> io::Result<()> {
        let text = serde_json::to_vec(self).map_err(io::Error::other)?;
        write_private(&Self::path(data), &text)
    }

    /// The last one of `place`; empty when there is none or it cannot be read.
    pub(crate) fn load(data: &Path, place: &str) -> Self {
        let text = fs::read(Self::path(data)).unwrap_or_default();
        let last: Self = serde_json::from_slice(&text).unwrap_or_default();
        if last.place == place {
            last
        } else {
            Self::default()
        }
    }
}

/// The shortest end of each id that no other of `ids` has: at least four characters.
pub(crate) fn tails(ids: &[String]) -> Vec<String> {
    let tail_is_unique = |index: usize, tail: &str| {
        ids.iter()
            .enumerate()
            .all(|(other, id)| other == index || !id.ends_with(tail))
    };
    let shortest = |(index, id): (usize, &String)| {
        let lengths = LEAST..=id.len();
        let tail = lengths.map(|length| &id[id.len().saturating_sub(length)..]);
        tail.into_iter()
            .find(|tail| tail_is_unique(index, tail))
            .unwrap_or(id)
            .to_owned()
    };
    ids.iter().enumerate().map(shortest).collect()
}

/// The end of an id by which it can be named, when it stands alone.
pub(crate) fn short(id: impl std::fmt::Display) -> String {
    tails(&[id.to_string()]).concat()
}

/// Whether `text` can be the end of an id.
pub(crate) fn is_tail(text: &str) -> bool {
    text.len() >= LEAST && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

/// Finds the task that `name` means.
///
/// # Errors
/// Nothing, or more than one: then the candidates are listed.
pub(crate) async fn resolve(client: &Client, data: &Path, name: &str) -> Result<TaskId, Failure> {
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    let tail = name.to_lowercase();
    let last = LastList::load(data, &client.place());
    if let Ok(number) = tail.parse::<usize>() {
        if let Some(id) = number
            .checked_sub(1)
            .and_then(|index| last.tasks.get(index))
        {
            return Ok(*id);
        }
        if tail.len() < LEAST {
            let shown = last.tasks.len();
            return Err(
                Failure::not_found(format!("the last list has no number {number}")).hint(format!(
                    "it showed {shown}; run taskfold list to number the tasks anew"
                )),
            );
        }
    }
    if !is_tail(&tail) {
        return Err(Failure::usage(format!("{name:?} names no task")).hint(
            "name it by its number in the last list or by the last 4 characters or more of its id",
        ));
    }
    for filter in ["is:open or is:done", "is:trashed"] {
        let mut found = Vec::new();
        client
            .each_task(filter, None, |task| {
                if task.task_id.to_string().ends_with(&tail) {
                    found.push(task);
                }
            })
            .await?;
        if let Some(id) = one(name, &found)? {
            return Ok(id);
        }
    }
    Err(Failure::not_found(format!("there is no task {name}"))
        .hint("taskfold list --all shows what there is"))
}

fn one(name: &str, found: &[Task]) -> Result<Option<TaskId>, Failure> {
    match found {
        [] => Ok(None),
        [task] => Ok(Some(task.task_id)),
        several => {
            let head = format!("{name} could be any of {} tasks", several.len());
            let candidates = several.iter().take(10);
            Err(
                candidates.fold(Failure::new(Exit::Usage, head), |failure, task| {
                    failure.detail(format!("{}  {}", task.task_id, task.title))
                }),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn tails_are_as_short_as_they_can_be() {
        assert_eq!(
            tails(&owned(&["0192-aaaa1111", "0192-aaaa2222"])),
            ["1111", "2222"]
        );
        assert_eq!(
            tails(&owned(&["0192-aaaa1111", "0192-aabb1111"])),
            ["a1111", "b1111"]
        );
        assert_eq!(tails(&owned(&["0192-aaaa1111"])), ["1111"]);
    }

    #[test]
    fn the_last_list_is_kept_by_place() {
        let directory = tempfile::tempdir().unwrap();
        let id: TaskId = "01920000-0000-7000-8000-00000000abcd".parse().unwrap();
        let last = LastList {
            place: "here".to_owned(),
            tasks: vec![id],
        };
        last.save(directory.path()).unwrap();
        assert_eq!(LastList::load(directory.path(), "here").tasks, [id]);
        assert!(LastList::load(directory.path(), "there").tasks.is_empty());
    }

    fn task(tail: &str, title: &str) -> Task {
        serde_json::from_value(serde_json::json!({
            "task_id": format!("01920000-0000-7000-8000-0000{tail}"),
            "workspace_id": "01920000-0000-7000-8000-000000000001",
            "list_id": null, "parent_id": null, "title": title, "description": "",
            "priority": "none", "due": null, "start": null, "tags": [], "recurrence": null,
            "reminders": [], "rank": "a", "blocked_by": [], "blocked": false,
            "assignee_id": null, "created_by": null, "created_at": "2026-11-18T14:30:00Z",
            "updated_at": "2026-11-18T14:30:00Z", "completed_at": null, "deleted_at": null,
            "previous_id": null, "origin": null, "version": 1,
            "subtasks": { "open": 0, "done": 0 }, "comments": 0,
        }))
        .unwrap()
    }

    #[test]
    fn more_than_one_task_is_an_error_that_lists_the_candidates() {
        let found = [task("aaaa1111", "Milk"), task("bbbb1111", "Bread")];
        let failure = one("1111", &found).unwrap_err();
        assert_eq!(failure.reason().exit, Exit::Usage);
        assert_eq!(failure.to_string(), "1111 could be any of 2 tasks");
        assert!(failure.reason().details[1].ends_with("bbbb1111  Bread"));
        assert_eq!(one("1111", &found[..1]).unwrap(), Some(found[0].task_id));
        assert_eq!(one("1111", &[]).unwrap(), None);
    }
}
