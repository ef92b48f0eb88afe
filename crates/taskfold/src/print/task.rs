//! Tasks as tables and as a page.

use std::collections::BTreeMap;

use anstyle::Style;
use taskfold_contracts::ids::{ListId, UserId};
use taskfold_contracts::values::Priority;
use taskfold_views::tasks::{Comment, Task};

use super::{Cell, Column, Screen, Table, due, relative, style};
use crate::exit::Failure;
use crate::names::tails;

/// Names of the lists and people that tasks mention.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    /// Lists by id.
    pub lists: BTreeMap<ListId, String>,
    /// People by id.
    pub people: BTreeMap<UserId, String>,
}

impl Names {
    fn list(&self, task: &Task) -> &str {
        task.list_id
            .and_then(|id| self.lists.get(&id))
            .map_or("", String::as_str)
    }

    /// Somebody's name; the id's tail when the name is not known.
    pub(crate) fn person(&self, user: UserId) -> String {
        self.people
            .get(&user)
            .cloned()
            .unwrap_or_else(|| tail_of(&user.to_string()))
    }
}

fn tail_of(id: &str) -> String {
    id[id.len().saturating_sub(6)..].to_owned()
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

/// A table of tasks; the numbers begin at 1 when they are asked for.
pub(crate) fn tasks(
    screen: &Screen,
    items: &[Task],
    names: &Names,
    numbered: bool,
) -> Result<(), Failure> {
    let mut table = Table::new(vec![
        Column::new(if numbered { "#" } else { "" }).right(),
        Column::new(""),
        Column::new("task").shrinks(8),
        Column::new("due"),
        Column::new("priority").expendable(1),
        Column::new("list").expendable(2),
        Column::new("tags").expendable(3),
        Column::new("id").expendable(4),
    ]);
    let ids: Vec<String> = items.iter().map(|task| task.task_id.to_string()).collect();
    for (index, (task, tail)) in items.iter().zip(tails(&ids)).enumerate() {
        let number = if numbered {
            (index + 1).to_string()
        } else {
            String::new()
        };
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
        table.row(vec![
            Cell::new(style::DIM, number),
            Cell::new(sign_style, sign),
            title(task, settled),
            Cell::new(when_style, when).and(style::DIM, repeats),
            Cell::new(priority_style, priority),
            Cell::new(style::NAME, names.list(task)),
            Cell::new(style::NAME, hashed(&task.tags)),
            Cell::new(style::ID, tail),
        ]);
    }
    screen.table(&table)
}

fn title(task: &Task, settled: bool) -> Cell {
    let cell = Cell::new(
        if settled { style::DIM } else { Style::new() },
        task.title.clone(),
    );
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
        fact("due", style, format!("{when} ({})", full_due(date)));
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
            .map(|r| r.rule.clone())
            .unwrap_or_default(),
    );
    let (priority_style, priority) = priority(task.priority);
    fact("priority", priority_style, priority.to_owned());
    fact("list", style::NAME, names.list(task).to_owned());
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
        style::ID,
        task.parent_id.map(|id| id.to_string()).unwrap_or_default(),
    );
    let blockers: Vec<String> = task.blocked_by.iter().map(ToString::to_string).collect();
    fact("blocked by", style::ID, blockers.join(" "));
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

fn full_due(due: &taskfold_contracts::values::Due) -> String {
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
