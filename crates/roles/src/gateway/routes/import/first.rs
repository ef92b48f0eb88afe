//! The first of what an import would bring, for somebody to look at before.

use std::collections::BTreeMap;

use serde::Serialize;
use taskfold_contracts::commands::{Import, ImportTask};
use taskfold_contracts::ids::{ListId, TaskId};
use taskfold_contracts::values::{Due, Priority};

/// Lists and tasks that are shown, each.
const SHOWN: usize = 50;

/// The first of what an import would bring.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ImportFirst)]
pub(super) struct First {
    /// The first 50 lists of the file, also those that are here already.
    lists: Vec<FirstList>,
    /// The first 50 tasks of the file, parents before their subtasks, also those that are here already.
    tasks: Vec<FirstTask>,
}

/// A list that an import would bring.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ImportFirstList)]
struct FirstList {
    name: String,
    color: Option<String>,
    archived: bool,
    deleted: bool,
    /// Tasks of the file in it.
    tasks: usize,
}

/// A task that an import would bring.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ImportFirstTask)]
struct FirstTask {
    title: String,
    /// The name of its list; none for the inbox, and for a list that is here already and not in the file.
    list: Option<String>,
    /// How many tasks it is below, 0 for one at the top.
    depth: usize,
    due: Option<Due>,
    /// RFC 5545 RRULE value.
    rule: Option<String>,
    priority: Priority,
    tags: Vec<String>,
    completed: bool,
    deleted: bool,
    comments: usize,
}

impl First {
    pub(super) fn of(import: &Import) -> Self {
        let mut counts: BTreeMap<ListId, usize> = BTreeMap::new();
        for list in import.tasks.iter().filter_map(|it| it.task.list_id) {
            *counts.entry(list).or_default() += 1;
        }
        let lists = import.lists.iter().take(SHOWN).map(|list| FirstList {
            name: list.name.clone(),
            color: list.color.clone(),
            archived: list.archived,
            deleted: list.deleted,
            tasks: counts.get(&list.list_id).copied().unwrap_or(0),
        });
        let names = import.lists.iter().map(|list| (list.list_id, &list.name));
        let names: BTreeMap<ListId, &String> = names.collect();
        let mut depths: BTreeMap<TaskId, usize> = BTreeMap::new();
        let mut tasks = Vec::new();
        for it in import.tasks.iter().take(SHOWN) {
            // Parents stand before their subtasks.
            let above = it.task.parent_id.and_then(|parent| depths.get(&parent));
            let depth = above.map_or(0, |above| above + 1);
            depths.extend(it.task.task_id.map(|id| (id, depth)));
            let list = it.task.list_id.and_then(|list| names.get(&list));
            tasks.push(FirstTask::of(it, list.map(|name| (*name).clone()), depth));
        }
        Self {
            lists: lists.collect(),
            tasks,
        }
    }
}

impl FirstTask {
    fn of(it: &ImportTask, list: Option<String>, depth: usize) -> Self {
        let task = &it.task;
        Self {
            title: task.title.clone(),
            list,
            depth,
            due: task.due.clone(),
            rule: task.recurrence.as_ref().map(|input| input.rule.clone()),
            priority: task.priority,
            tags: task.tags.clone(),
            completed: it.completed_at.is_some(),
            deleted: it.deleted,
            comments: it.comments.len(),
        }
    }
}
