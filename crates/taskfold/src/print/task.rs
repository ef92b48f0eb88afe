//! Tasks as tables and as a page.

use std::collections::BTreeMap;

use anstyle::Style;
use taskfold_contracts::ids::{ListId, TaskId, UserId};
use taskfold_contracts::values::{Priority, RecursFrom};
use taskfold_views::tasks::{Comment, Task};

use super::outline::{Group, Placed};
use super::{Cell, Column, Screen, Table, due, relative, style};
use crate::exit::Failure;
use crate::names::{short, tails};

/// Names of the lists, people and tasks that are mentioned.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    /// Lists by id.
    pub lists: BTreeMap<ListId, String>,
    /// The lists in their order.
    pub order: Vec<ListId>,
    /// People by id.
    pub people: BTreeMap<UserId, String>,
    /// Titles of tasks by id.
    pub tasks: BTreeMap<TaskId, String>,
}

impl Names {
    /// A list's name; the id's end when the name is not known.
    pub(crate) fn list(&self, list: ListId) -> String {
        let name = self.lists.get(&list).cloned();
        name.unwrap_or_else(|| short(list))
    }

    /// Somebody's name; the id's end when the name is not known.
    pub(crate) fn person(&self, user: UserId) -> String {
        let name = self.people.get(&user).cloned();
        name.unwrap_or_else(|| short(user))
    }

    /// A task's title with the end of its id, by which it can be named.
    pub(crate) fn task(&self, task: TaskId) -> String {
        match self.tasks.get(&task) {
            Some(title) => format!("“{title}” {}", short(task)),
            None => short(task),
        }
    }

    /// What `text` means when it is an id of something known; else the text, or an id's end.
    pub(crate) fn any(&self, text: &str) -> String {
        let Ok(task) = text.parse::<TaskId>() else {
            return text.to_owned();
        };
        let list = text.parse().ok().and_then(|id| self.lists.get(&id));
        let person = text.parse().ok().and_then(|id| self.people.get(&id));
        list.or(person).cloned().unwrap_or_else(|| self.task(task))
    }
}

/// The sign of a task's state.
pub(crate) fn mark(task: &Task) -> (Style, &'static str) {
    if task.deleted_at.is_some() {
        (style::DIM, "✗")
    } else if task.completed_at.is_some() {
        (style::GOOD, "✓")
    } else if task.blocked {
        (style::WARN, "⊘")
    } else {
        (Style::new(), "○")
    }
}

fn priority(value: Priority) -> (Style, &'static str) {
    match value {
        Priority::None => (Style::new(), ""),
        Priority::Low => (style::DIM, "low"),
        Priority::Medium => (style::NAME, "medium"),
        Priority::High => (style::WARN, "high"),
        Priority::Urgent => (style::BAD, "urgent"),
    }
}

/// How a page of tasks is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heads {
    /// A heading for each list.
    Lists,
    /// None, as there is one list only.
    Bare,
    /// None, but a column that says the list.
    Column,
}

/// A table of tasks, numbered from 1.
pub(crate) fn tasks(
    screen: &Screen,
    groups: &[Group],
    names: &Names,
    heads: Heads,
) -> Result<(), Failure> {
    let mut table = Table::new(vec![
        Column::new("#").right(),
        Column::new(""),
        Column::new("task").shrinks(8),
        Column::new("due").expendable(1),
        Column::new("priority").expendable(2),
        Column::new("list").expendable(3).shrinks(8),
        Column::new("tags").expendable(4).shrinks(8),
        Column::new("id").expendable(5),
    ]);
    let all = || groups.iter().flat_map(|group| &group.tasks);
    let ids: Vec<String> = all()
        .map(|placed| placed.task.task_id.to_string())
        .collect();
    let mut tails = tails(&ids).into_iter();
    let mut number = 0;
    for group in groups {
        if heads == Heads::Lists {
            let name = group.list.map(|list| names.list(list));
            table.heading(Cell::new(style::HEAD, name.as_deref().unwrap_or("Inbox")));
        }
        for placed in &group.tasks {
            number += 1;
            let list = match placed.task.list_id {
                Some(list) if heads == Heads::Column => names.list(list),
                Some(_) | None => String::new(),
            };
            let mut cells = vec![Cell::new(style::DIM, number.to_string())];
            cells.extend(cells_of(screen, placed, list));
            cells.push(Cell::new(style::ID, tails.next().unwrap_or_default()));
            table.row(cells);
        }
    }
    screen.table(&table)
}

fn cells_of(screen: &Screen, placed: &Placed, list: String) -> [Cell; 6] {
    let task = &placed.task;
    let (sign_style, sign) = mark(task);
    let (when_style, when) = match &task.due {
        Some(date) => due(date, screen.now()),
        None => (Style::new(), String::new()),
    };
    let settled = task.completed_at.is_some() || task.deleted_at.is_some();
    let when_style = if settled { style::DIM } else { when_style };
    let repeats = if task.recurrence.is_some() {
        " ↻"
    } else {
        ""
    };
    let (priority_style, priority) = priority(task.priority);
    [
        Cell::new(sign_style, sign),
        title(placed, settled),
        Cell::new(when_style, when).and(style::DIM, repeats),
        Cell::new(priority_style, priority),
        Cell::new(style::NAME, list),
        Cell::new(style::NAME, hashed(&task.tags)),
    ]
}

fn title(placed: &Placed, settled: bool) -> Cell {
    let task = &placed.task;
    let style = if settled { style::DIM } else { Style::new() };
    // What it is a part of stands above it, or is not shown.
    let lead = match (placed.depth, task.parent_id) {
        (0, Some(_)) => "↳ ".to_owned(),
        (depth, _) => "  ".repeat(depth),
    };
    let cell = Cell::new(style::DIM, lead).and(style, task.title.clone());
    let all = task.subtasks.open + task.subtasks.done;
    if all == 0 {
        cell
    } else {
        cell.and(style::DIM, format!(" {}/{all}", task.subtasks.done))
    }
}

fn hashed(tags: &[String]) -> String {
    tags.iter()
        .map(|tag| format!("#{tag}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Everything about one task.
pub(crate) fn task_details(
    screen: &Screen,
    task: &Task,
    names: &Names,
    comments: &[Comment],
) -> Result<(), Failure> {
    let (sign_style, sign) = mark(task);
    let sign = screen.paint(sign_style, sign);
    screen.line(&format!(
        "{sign} {}",
        screen.paint(style::STRONG, &task.title)
    ))?;
    let mut table = Table::new(vec![Column::new(""), Column::new("").shrinks(20)]).headless();
    let mut fact = |name: &str, style: Style, text: String| {
        if !text.is_empty() {
            table.row(vec![Cell::new(style::DIM, name), Cell::new(style, text)]);
        }
    };
    let plain = Style::new();
    let ago = |at| relative(at, screen.now());
    if let Some(date) = &task.due {
        let (style, when) = due(date, screen.now());
        fact("due", style, format!("{when} ({})", due_in_full(date)));
    }
    fact(
        "starts",
        plain,
        task.start.map(|day| day.to_string()).unwrap_or_default(),
    );
    fact(
        "repeats",
        plain,
        task.recurrence
            .as_ref()
            .map(|rule| repeats(&rule.rule, rule.from))
            .unwrap_or_default(),
    );
    let (priority_style, priority) = priority(task.priority);
    fact("priority", priority_style, priority.to_owned());
    let list = task.list_id.map(|list| names.list(list));
    fact("list", style::NAME, list.unwrap_or_default());
    fact("tags", style::NAME, hashed(&task.tags));
    fact(
        "assignee",
        plain,
        task.assignee_id
            .map(|id| names.person(id))
            .unwrap_or_default(),
    );
    fact(
        "part of",
        plain,
        task.parent_id.map(|id| names.task(id)).unwrap_or_default(),
    );
    let blockers: Vec<String> = task.blocked_by.iter().map(|id| names.task(*id)).collect();
    fact("blocked by", plain, blockers.join(", "));
    let reminders: Vec<String> = task.reminders.iter().map(reminder).collect();
    fact("reminders", plain, reminders.join(", "));
    fact(
        "done",
        style::GOOD,
        task.completed_at.map(ago).unwrap_or_default(),
    );
    fact(
        "in trash",
        style::BAD,
        task.deleted_at.map(ago).unwrap_or_default(),
    );
    fact("created", plain, ago(task.created_at));
    fact("changed", plain, ago(task.updated_at));
    fact("id", style::ID, task.task_id.to_string());
    fact("version", style::DIM, task.version.to_string());
    screen.table(&table)?;
    if !task.description.is_empty() {
        screen.line("")?;
        for line in task.description.lines() {
            screen.line(&screen.paint(plain, line))?;
        }
    }
    for comment in comments {
        let who = comment
            .author_id
            .map_or_else(|| "somebody".to_owned(), |id| names.person(id));
        screen.line("")?;
        let head = format!("{who}, {}", relative(comment.created_at, screen.now()));
        screen.line(&screen.paint(style::DIM, &head))?;
        for line in comment.body.lines() {
            screen.line(&screen.paint(plain, line))?;
        }
    }
    Ok(())
}

fn repeats(rule: &str, from: RecursFrom) -> String {
    let words = taskfold_domain::recurrence::describe(rule, from);
    if words == rule {
        words
    } else {
        format!("{words} ({rule})")
    }
}

/// A due date with its time and time zone, as it is stored.
pub(crate) fn due_in_full(due: &taskfold_contracts::values::Due) -> String {
    let time = due
        .time
        .map(|time| format!(" {:02}:{:02}", time.hour(), time.minute()));
    let zone = due.zone.as_deref().map(|zone| format!(" {zone}"));
    format!(
        "{}{}{}",
        due.date,
        time.unwrap_or_default(),
        zone.unwrap_or_default()
    )
}

fn reminder(reminder: &taskfold_contracts::values::Reminder) -> String {
    match (reminder.at, reminder.minutes_before_due) {
        (Some(at), _) => at.to_string(),
        (None, Some(minutes)) => format!("{minutes} min before"),
        (None, None) => String::new(),
    }
}
