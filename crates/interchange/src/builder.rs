//! What readers have in common: ids, limits of the domain, the order of tasks, and the report.

mod mend;

use std::collections::{BTreeMap, BTreeSet};

use taskfold_contracts::commands::{
    CreateTask, Import, ImportComment, ImportFilter, ImportList, ImportTask, ReminderInput,
};
use taskfold_contracts::ids::{CommentId, ListId, ReminderId, TaskId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Origin, RecursFrom};
use uuid::Uuid;

use crate::ids;
use crate::read::{Imported, ReadOptions};
use crate::report::{ImportError, Lost, Report, Warning, shorten};
use crate::text::{described, one_line, prefix, prose};
use crate::{MAX_TASKS, rule};

const TITLE_CHARACTERS: usize = 500;
const NAME_CHARACTERS: usize = 200;
const TAG_CHARACTERS: usize = 100;
const DESCRIPTION_BYTES: usize = 64 * 1024;
pub(crate) const COMMENT_BYTES: usize = 16 * 1024;
const TAGS: usize = 50;
const WARNINGS: usize = 100;
const MINUTES_OF_A_YEAR: i64 = 525_600;
const REMINDERS: usize = 20;
const EXCLUDED_DAYS: usize = 1_000;
const ORIGIN_BYTES: usize = 1_000;
const COMMENTS: usize = 10_000;
const FILTERS: usize = 200;

/// Collects what a reader finds.
pub(crate) struct Builder<'a> {
    pub(crate) options: &'a ReadOptions<'a>,
    source: &'static str,
    lists: Vec<ImportList>,
    places: BTreeMap<ListId, usize>,
    tasks: Vec<ImportTask>,
    filters: Vec<ImportFilter>,
    lost: BTreeMap<(String, String), Lost>,
    warnings: Vec<Warning>,
    warnings_left_out: usize,
    /// Who wrote comments there, and how many.
    authors: BTreeMap<String, usize>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(source: &'static str, options: &'a ReadOptions<'a>) -> Self {
        Self {
            options,
            source,
            lists: Vec::new(),
            places: BTreeMap::new(),
            tasks: Vec::new(),
            filters: Vec::new(),
            lost: BTreeMap::new(),
            warnings: Vec::new(),
            warnings_left_out: 0,
            authors: BTreeMap::new(),
        }
    }

    pub(crate) fn derived(&self, kind: &str, external_id: &str) -> Uuid {
        ids::derived(self.options.workspace.0, self.source, kind, external_id)
    }

    pub(crate) fn task_id(&self, external_id: &str) -> TaskId {
        TaskId(self.derived("task", external_id))
    }

    /// Where a thing comes from. The id there is one line; a very long one is stood for by a short one.
    pub(crate) fn origin(&self, external_id: &str) -> Origin {
        let line = one_line(external_id);
        let external_id = if line.len() > ORIGIN_BYTES {
            ids::of_content(&line)
        } else {
            line
        };
        Origin {
            source: self.source.to_owned(),
            external_id,
        }
    }

    /// Something that cannot be kept.
    pub(crate) fn lose(&mut self, what: &str, why: &str, example: &str) {
        let key = (what.to_owned(), why.to_owned());
        let lost = self.lost.entry(key).or_insert_with(|| Lost {
            what: what.to_owned(),
            why: why.to_owned(),
            count: 0,
            example: shorten(&one_line(example), 80),
        });
        lost.count += 1;
    }

    /// Likewise, if there is something.
    pub(crate) fn lose_text(&mut self, what: &str, why: &str, text: &str) {
        if !text.trim().is_empty() {
            self.lose(what, why, text);
        }
    }

    pub(crate) fn warn(&mut self, place: &str, message: impl Into<String>) {
        if self.warnings.len() < WARNINGS {
            self.warnings.push(Warning {
                place: place.to_owned(),
                message: message.into(),
            });
        } else {
            self.warnings_left_out += 1;
        }
    }

    /// A list by its id there; the same one again is not added twice.
    pub(crate) fn list(&mut self, external_id: &str, name: &str) -> ListId {
        let list_id = ListId(self.derived("list", external_id));
        if !self.places.contains_key(&list_id) {
            let name = one_line(name);
            let name = if name.is_empty() {
                "Untitled".to_owned()
            } else {
                name
            };
            self.exact_list(ImportList {
                origin: self.origin(external_id),
                list_id,
                name: name.chars().take(NAME_CHARACTERS).collect(),
                color: None,
                created_at: None,
                updated_at: None,
                archived: false,
                archived_at: None,
                deleted: false,
                deleted_at: None,
                rank: None,
            });
        }
        list_id
    }

    /// The list of that id, to be completed.
    pub(crate) fn list_mut(&mut self, id: ListId) -> Option<&mut ImportList> {
        self.places
            .get(&id)
            .and_then(|index| self.lists.get_mut(*index))
    }

    /// A list whose every field is known; the first one of an id is kept.
    pub(crate) fn exact_list(&mut self, list: ImportList) {
        if self.places.contains_key(&list.list_id) {
            self.lose(
                "lists that are there twice",
                "two lists have one id; the first is kept",
                &list.name,
            );
            return;
        }
        self.places.insert(list.list_id, self.lists.len());
        self.lists.push(list);
    }

    /// An empty task with its ids; `add` takes it when it is filled in.
    pub(crate) fn draft(&self, external_id: &str, title: &str) -> ImportTask {
        ImportTask {
            origin: self.origin(external_id),
            task: CreateTask {
                task_id: Some(self.task_id(external_id)),
                title: title.to_owned(),
                ..CreateTask::default()
            },
            created_at: None,
            created_by: None,
            updated_at: None,
            completed_at: None,
            deleted: false,
            deleted_at: None,
            previous_id: None,
            next_id: None,
            comments: Vec::new(),
            rank: None,
            series: None,
        }
    }

    /// A comment, unless it is empty.
    pub(crate) fn comment(&mut self, task: &mut ImportTask, body: &str, at: Option<Timestamp>) {
        let body = prose(body);
        if body.is_empty() {
            return;
        }
        if body.len() > COMMENT_BYTES {
            self.lose(
                "ends of long comments",
                "a comment has at most 16 KiB",
                &body,
            );
        }
        let number = task.comments.len();
        let external_id = format!("{}\u{1f}{number}\u{1f}{body}", task.origin.external_id);
        task.comments.push(ImportComment {
            comment_id: CommentId(self.derived("comment", &external_id)),
            body: prefix(&body, COMMENT_BYTES).to_owned(),
            author_id: None,
            created_at: at,
            edited_at: None,
        });
    }

    /// Notes who wrote a comment there. When all are by one, that one is taken to be the importer.
    pub(crate) fn said_by(&mut self, name: &str) {
        let name = one_line(name);
        if !name.is_empty() {
            *self.authors.entry(name).or_default() += 1;
        }
    }

    fn lose_authors(&mut self) {
        let authors = std::mem::take(&mut self.authors);
        if authors.len() < 2 {
            return;
        }
        let why = "several people wrote comments; they come in as the importer's";
        for (name, count) in authors {
            for _ in 0..count {
                self.lose("authors of comments", why, &name);
            }
        }
    }

    /// Text for which there is no field, kept in the description.
    pub(crate) fn describe(task: &mut ImportTask, label: &str, text: &str) {
        task.task.description = described(&task.task.description, label, text);
    }

    /// A reminder some minutes before the task is due.
    pub(crate) fn remind_before(&mut self, task: &mut ImportTask, minutes: i64) {
        let fits = (0..=MINUTES_OF_A_YEAR).contains(&minutes) && task.task.due.is_some();
        match i32::try_from(minutes) {
            Ok(minutes) if fits => {
                let reminder_id = Some(self.reminder_id(task));
                let reminder = ReminderInput {
                    reminder_id,
                    at: None,
                    minutes_before_due: Some(minutes),
                };
                task.task.reminders.push(reminder);
            }
            _ => {
                let why = "a reminder is up to a year before the due date, and needs one";
                self.lose("reminders", why, &task.task.title);
            }
        }
    }

    /// A reminder at an instant.
    pub(crate) fn remind_at(&mut self, task: &mut ImportTask, at: Timestamp) {
        let reminder_id = Some(self.reminder_id(task));
        let reminder = ReminderInput {
            reminder_id,
            at: Some(at),
            minutes_before_due: None,
        };
        task.task.reminders.push(reminder);
    }

    fn reminder_id(&self, task: &ImportTask) -> ReminderId {
        let external_id = format!(
            "{}\u{1f}{}",
            task.origin.external_id,
            task.task.reminders.len()
        );
        ReminderId(self.derived("reminder", &external_id))
    }

    /// A recurrence rule, if Taskfold can keep it.
    pub(crate) fn recur(&mut self, task: &mut ImportTask, text: &str, from: RecursFrom) {
        if text.trim().is_empty() {
            return;
        }
        let Some(rule) = rule::clean(text).filter(|rule| (self.options.accepts_rule)(rule)) else {
            self.lose(
                "recurrence rules",
                "the rule is none that Taskfold keeps",
                text,
            );
            return;
        };
        task.task.recurrence = Some(taskfold_contracts::commands::RecurrenceInput {
            rule,
            from,
            except: Vec::new(),
        });
    }

    /// Adds a task, brought within the limits.
    pub(crate) fn add(&mut self, place: &str, mut task: ImportTask) -> Result<(), ImportError> {
        if self.tasks.len() >= MAX_TASKS {
            let message = format!("more than the limit of {MAX_TASKS} tasks");
            return Err(ImportError::new(place, message));
        }
        task.task.description = prose(&task.task.description);
        self.fit_title(place, &mut task.task);
        self.fit_tags(&mut task.task);
        self.fit_recurrence(&mut task.task);
        if task.task.reminders.len() > REMINDERS {
            self.lose("reminders", "a task has at most 20", &task.task.title);
            task.task.reminders.truncate(REMINDERS);
        }
        self.fit_comments(&mut task);
        if task.task.description.len() > DESCRIPTION_BYTES {
            self.lose(
                "ends of long descriptions",
                "a description has at most 64 KiB",
                &task.task.title,
            );
            let kept = prefix(&task.task.description, DESCRIPTION_BYTES).len();
            task.task.description.truncate(kept);
        }
        if let (Some(recurrence), None) = (&mut task.task.recurrence, &task.task.due)
            && recurrence.from == RecursFrom::Due
        {
            recurrence.from = RecursFrom::Completion;
            self.warn(
                place,
                "it repeats and has no due date: counted from completion",
            );
        }
        self.tasks.push(task);
        Ok(())
    }

    /// A saved filter; the first one of an id is kept.
    pub(crate) fn filter(&mut self, filter: ImportFilter) {
        let known = |held: &ImportFilter| held.filter_id == filter.filter_id;
        if self.filters.len() >= FILTERS || self.filters.iter().any(known) {
            let why = "there are at most 200, each id once";
            self.lose("saved filters", why, &filter.name);
        } else {
            self.filters.push(filter);
        }
    }

    fn fit_comments(&mut self, task: &mut ImportTask) {
        let mut seen = BTreeSet::new();
        let before = task.comments.len();
        task.comments
            .retain(|comment| seen.insert(comment.comment_id));
        task.comments.truncate(COMMENTS);
        for _ in task.comments.len()..before {
            let why = "a task has at most 10,000, each id once";
            self.lose("comments", why, &task.task.title);
        }
    }

    fn fit_title(&mut self, place: &str, task: &mut CreateTask) {
        let title = one_line(&task.title);
        if title.is_empty() {
            self.warn(place, "the task has no title: called \"Untitled\"");
            "Untitled".clone_into(&mut task.title);
            return;
        }
        if title.chars().count() > TITLE_CHARACTERS {
            self.warn(
                place,
                "the title is longer than 500 characters: all of it is in the description",
            );
            task.description = format!("{title}\n\n{}", task.description);
            task.title = shorten(&title, TITLE_CHARACTERS - 1);
            return;
        }
        task.title = title;
    }

    fn fit_recurrence(&mut self, task: &mut CreateTask) {
        let timed = task.due.as_ref().is_some_and(|due| due.time.is_some());
        let Some(recurrence) = &mut task.recurrence else {
            return;
        };
        let has_time = recurrence.rule.contains("BYHOUR") || recurrence.rule.contains("BYMINUTE");
        if has_time && !timed {
            let rule = std::mem::take(&mut recurrence.rule);
            task.recurrence = None;
            self.lose(
                "recurrence rules",
                "the rule has times and the task has none",
                &rule,
            );
        } else if recurrence.except.len() > EXCLUDED_DAYS {
            recurrence.except.truncate(EXCLUDED_DAYS);
            self.lose("excluded days", "a series has at most 1,000", &task.title);
        }
    }

    fn fit_tags(&mut self, task: &mut CreateTask) {
        let mut seen = BTreeSet::new();
        let mut tags = Vec::new();
        for tag in &task.tags {
            let tag: String = one_line(tag).chars().take(TAG_CHARACTERS).collect();
            if tag.is_empty() || !seen.insert(tag.to_lowercase()) {
                continue;
            }
            if tags.len() == TAGS {
                self.lose("tags", "a task has at most 50", &tag);
                continue;
            }
            tags.push(tag);
        }
        task.tags = tags;
    }

    /// All of it, parents before children, with the report.
    pub(crate) fn finish(mut self) -> Imported {
        self.lose_authors();
        self.drop_doubles();
        self.mend_parents();
        self.mend_blockers();
        let lists = std::mem::take(&mut self.lists);
        let tasks = std::mem::take(&mut self.tasks);
        let report = Report {
            lists: lists.len(),
            tasks: tasks.len(),
            completed: tasks
                .iter()
                .filter(|task| task.completed_at.is_some())
                .count(),
            deleted: tasks.iter().filter(|task| task.deleted).count(),
            comments: tasks.iter().map(|task| task.comments.len()).sum(),
            lost: self.lost.into_values().collect(),
            warnings: self.warnings,
            warnings_left_out: self.warnings_left_out,
        };
        Imported {
            import: Import {
                lists,
                tasks,
                filters: self.filters,
            },
            report,
        }
    }
}
