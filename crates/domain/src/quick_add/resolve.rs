//! Names to lists, members and tags.

use serde::Serialize;
use taskfold_contracts::commands::CreateTask;
use taskfold_contracts::ids::{ListId, UserId};

use super::QuickAdd;

/// A name that found no place in the task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Unresolved {
    /// As typed, without its sign.
    pub name: String,
    /// Why.
    pub why: WhyUnresolved,
}

/// Why a name found no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyUnresolved {
    /// More than one list or member is called so.
    Ambiguous,
    /// The task has a list or an assignee already.
    SecondOfItsKind,
}

/// The command, and what could not be placed in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The new task.
    pub task: CreateTask,
    /// Names that are neither list, member nor tag of it.
    pub unresolved: Vec<Unresolved>,
}

enum Match<T> {
    None,
    One(T),
    Many,
}

impl QuickAdd {
    /// `#name` is the list of that name, else a tag; `@name` is the member of that name, or the only one of that
    /// first name, else a tag. Upper and lower case are the same.
    pub fn resolve(&self, lists: &[(ListId, &str)], members: &[(UserId, &str)]) -> Resolved {
        let mut task = CreateTask {
            title: self.title.clone(),
            description: self.note.clone().unwrap_or_default(),
            priority: self.priority,
            due: self.due.clone(),
            start: self.start,
            recurrence: self.recurrence.clone(),
            reminders: self.reminders.clone(),
            ..CreateTask::default()
        };
        let mut unresolved = Vec::new();
        let (mut list, mut assignee, mut tags) = (None, None, Vec::new());
        for name in &self.hashes {
            place(
                name,
                find(name, lists),
                &mut list,
                &mut tags,
                &mut unresolved,
            );
        }
        for name in &self.mentions {
            let found = match find(name, members) {
                Match::None => find_first_name(name, members),
                found @ (Match::One(_) | Match::Many) => found,
            };
            place(name, found, &mut assignee, &mut tags, &mut unresolved);
        }
        task.list_id = list;
        task.assignee_id = assignee;
        task.tags = tags;
        Resolved { task, unresolved }
    }
}

fn place<T: PartialEq>(
    name: &str,
    found: Match<T>,
    slot: &mut Option<T>,
    tags: &mut Vec<String>,
    unresolved: &mut Vec<Unresolved>,
) {
    let why = match found {
        Match::One(id) if slot.is_none() || slot.as_ref() == Some(&id) => {
            *slot = Some(id);
            return;
        }
        Match::None => {
            let lower = name.to_lowercase();
            if !tags.iter().any(|tag| tag.to_lowercase() == lower) {
                tags.push(name.to_owned());
            }
            return;
        }
        Match::One(_) => WhyUnresolved::SecondOfItsKind,
        Match::Many => WhyUnresolved::Ambiguous,
    };
    unresolved.push(Unresolved {
        name: name.to_owned(),
        why,
    });
}

fn find<T: Copy>(name: &str, named: &[(T, &str)]) -> Match<T> {
    let wanted = name.to_lowercase();
    only(
        named
            .iter()
            .filter(|(_, own)| own.trim().to_lowercase() == wanted),
    )
}

fn find_first_name<T: Copy>(name: &str, named: &[(T, &str)]) -> Match<T> {
    let wanted = name.to_lowercase();
    let first = |own: &str| own.split_whitespace().next().map(str::to_lowercase);
    only(
        named
            .iter()
            .filter(|(_, own)| first(own).as_ref() == Some(&wanted)),
    )
}

fn only<'a, T: Copy + 'a>(mut found: impl Iterator<Item = &'a (T, &'a str)>) -> Match<T> {
    match (found.next(), found.next()) {
        (None, _) => Match::None,
        (Some((id, _)), None) => Match::One(*id),
        (Some(_), Some(_)) => Match::Many,
    }
}
