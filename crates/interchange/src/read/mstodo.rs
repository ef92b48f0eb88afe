//! Microsoft To Do, which has no export of its own: its tasks come as CSV from Outlook ("Export to a
//! file"), or as JSON from Microsoft Graph (`todoTaskList` with its `tasks`, `todoTask` with
//! `checklistItems`). Outlook writes dates as the country does.

use serde::Deserialize;
use serde_json::Value;
use taskfold_contracts::commands::ImportTask;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Due, Priority, RecursFrom};

use super::json;
use crate::builder::Builder;
use crate::report::ImportError;
use crate::table::{Cells, Table};
use crate::{dates, html, ids};

pub(super) fn read(text: &str, builder: &mut Builder<'_>) -> Result<(), ImportError> {
    if text.trim_start().starts_with(['{', '[']) {
        return lists(text, builder);
    }
    let table = Table::read(text, &["Subject"])?;
    let day_first = day_first(&table, builder);
    for (index, row) in table.rows().enumerate() {
        if !row.is_blank() {
            let task = of_row(index, &row, day_first, builder);
            builder.add(&row.place(), task)?;
        }
    }
    Ok(())
}

const DAYS: [&str; 4] = ["Start Date", "Due Date", "Date Completed", "Reminder Date"];

/// Whether `3/4/2026` is in April: so it is with dots, and if a first number is above 12.
fn day_first(table: &Table, builder: &mut Builder<'_>) -> bool {
    let mut ambiguous = None;
    let (mut day, mut month) = (false, false);
    for row in table.rows() {
        for column in DAYS {
            let text = row.get(column).split(' ').next().unwrap_or_default();
            let Some([first, second, _]) = dates::numbers(text).filter(|_| text.len() >= 6) else {
                continue;
            };
            if first > 31 {
                continue;
            }
            day |= first > 12 || text.contains('.');
            month |= second > 12;
            if first != second {
                ambiguous.get_or_insert_with(|| (row.place(), text.to_owned()));
            }
        }
    }
    if let Some((place, text)) = ambiguous.filter(|_| day == month) {
        builder.warn(
            &place,
            format!("{text:?} and the other dates are read with the month first"),
        );
    }
    day && !month
}

fn of_row(index: usize, row: &Cells<'_>, day_first: bool, builder: &mut Builder<'_>) -> ImportTask {
    let subject = row.get("Subject");
    let content = format!(
        "{subject}\u{1f}{}\u{1f}{}\u{1f}{index}",
        row.get("Start Date"),
        row.get("Notes")
    );
    let mut task = builder.draft(&ids::of_content(&content), subject);
    row.get("Notes").clone_into(&mut task.task.description);
    task.task.tags = row
        .get("Categories")
        .split([';', ','])
        .map(|tag| tag.trim().to_owned())
        .collect();
    task.task.priority = match row.get("Priority").to_ascii_lowercase().as_str() {
        "high" => Priority::High,
        "low" => Priority::Low,
        _ => Priority::None,
    };
    let mut day = |column: &str| {
        let text = row.get(column);
        let found = dates::civil_day(text, day_first);
        if found.is_none() && !text.is_empty() {
            builder.warn(&row.place(), format!("{column}: {text:?} is not a date"));
        }
        found
    };
    task.task.start = day("Start Date");
    task.task.due = day("Due Date").map(|date| Due {
        date,
        time: None,
        zone: None,
    });
    let (done_on, remind_on) = (day("Date Completed"), day("Reminder Date"));
    let zone = builder.options.now.time_zone().clone();
    let part = row
        .get("% Complete")
        .trim_end_matches('%')
        .parse::<f64>()
        .unwrap_or(0.0);
    let done =
        done_on.is_some() || part >= 100.0 || row.get("Status").eq_ignore_ascii_case("completed");
    if done {
        let at = done_on.and_then(|date| date.to_zoned(zone.clone()).ok());
        task.completed_at = Some(
            at.map_or(builder.options.now.timestamp(), |at| at.timestamp())
                .into(),
        );
    } else if part > 0.0 {
        builder.lose("progress", "tasks are open or done", subject);
    }
    if row.get("Reminder On/Off").eq_ignore_ascii_case("true") {
        let time = dates::clock(row.get("Reminder Time")).unwrap_or(jiff::civil::Time::midnight());
        match remind_on.and_then(|date| date.to_datetime(time).to_zoned(zone).ok()) {
            Some(at) => builder.remind_at(&mut task, at.timestamp().into()),
            None => builder.lose("reminders", "no time can be made of them", subject),
        }
    }
    for column in [
        "Total Work",
        "Actual Work",
        "Mileage",
        "Billing Information",
        "Companies",
        "Contacts",
    ] {
        let text = row.get(column);
        if text != "0" {
            builder.lose_text(
                &format!("column \"{column}\""),
                "there is no place for it",
                text,
            );
        }
    }
    task
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Lists {
    Page { value: Vec<List> },
    Several(Vec<List>),
    One(List),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    id: Option<String>,
    display_name: String,
    wellknown_list_name: Option<String>,
    #[serde(default)]
    tasks: Vec<Task>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Task {
    id: String,
    #[serde(default)]
    title: String,
    status: Option<String>,
    importance: Option<String>,
    body: Option<Body>,
    #[serde(default)]
    categories: Vec<String>,
    created_date_time: Option<String>,
    due_date_time: Option<Moment>,
    start_date_time: Option<Moment>,
    completed_date_time: Option<Moment>,
    reminder_date_time: Option<Moment>,
    is_reminder_on: Option<bool>,
    recurrence: Option<Value>,
    #[serde(default)]
    checklist_items: Vec<Item>,
    has_attachments: Option<bool>,
    #[serde(default)]
    linked_resources: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    content: Option<String>,
    content_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moment {
    date_time: String,
    time_zone: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    #[serde(default)]
    display_name: String,
    is_checked: Option<bool>,
    checked_date_time: Option<String>,
    created_date_time: Option<String>,
}

fn lists(text: &str, builder: &mut Builder<'_>) -> Result<(), ImportError> {
    let lists = match json(text)? {
        Lists::Page { value } | Lists::Several(value) => value,
        Lists::One(list) => vec![list],
    };
    for list in lists {
        let inbox = list.wellknown_list_name.as_deref() == Some("defaultList");
        let external_id = list.id.as_deref().unwrap_or(&list.display_name);
        let list_id = (!inbox).then(|| builder.list(external_id, &list.display_name));
        for task in &list.tasks {
            let mut new = of_graph(task, builder);
            new.task.list_id = list_id;
            let parent = new.task.task_id;
            builder.add(&format!("task {}", task.id), new)?;
            for item in &task.checklist_items {
                let mut new = builder.draft(&item.id, &item.display_name);
                new.task.parent_id = parent;
                new.created_at = item.created_date_time.as_deref().and_then(dates::instant);
                if item.is_checked == Some(true) {
                    let at = item.checked_date_time.as_deref().and_then(dates::instant);
                    new.completed_at = Some(at.unwrap_or(builder.options.now.timestamp().into()));
                }
                builder.add(&format!("item {}", item.id), new)?;
            }
        }
    }
    Ok(())
}

fn instant(moment: Option<&Moment>) -> Option<Timestamp> {
    let moment = moment?;
    let zone = moment
        .time_zone
        .as_deref()
        .and_then(dates::zone)
        .unwrap_or(jiff::tz::TimeZone::UTC);
    dates::local_instant(&moment.date_time, &zone)
}

fn of_graph(task: &Task, builder: &mut Builder<'_>) -> ImportTask {
    let zone = builder.options.now.time_zone().clone();
    let mut new = builder.draft(&task.id, &task.title);
    if let Some(body) = &task.body {
        let content = body.content.as_deref().unwrap_or("");
        let is_html = body.content_type.as_deref() == Some("html");
        new.task.description = if is_html {
            html::to_text(content)
        } else {
            content.trim().to_owned()
        };
    }
    new.task.tags.clone_from(&task.categories);
    new.task.priority = match task.importance.as_deref() {
        Some("high") => Priority::High,
        Some("low") => Priority::Low,
        _ => Priority::None,
    };
    new.created_at = task.created_date_time.as_deref().and_then(dates::instant);
    // To Do has days only: the date as written, in whatever zone, is the day.
    let day = |moment: &Option<Moment>| {
        moment
            .as_ref()
            .and_then(|moment| dates::civil_day(&moment.date_time, false))
    };
    new.task.due = day(&task.due_date_time).map(|date| Due {
        date,
        time: None,
        zone: None,
    });
    new.task.start = day(&task.start_date_time);
    if task.status.as_deref() == Some("completed") {
        let now = Timestamp::from(builder.options.now.timestamp());
        new.completed_at = Some(instant(task.completed_date_time.as_ref()).unwrap_or(now));
    }
    if let Some(at) =
        instant(task.reminder_date_time.as_ref()).filter(|_| task.is_reminder_on == Some(true))
    {
        let at = at.to_jiff().to_zoned(zone).timestamp();
        builder.remind_at(&mut new, at.into());
    }
    if let Some(recurrence) = &task.recurrence {
        match rule_of(recurrence) {
            Some(rule) => builder.recur(&mut new, &rule, RecursFrom::Due),
            None if recurrence.is_null() => {}
            None => builder.lose(
                "recurrences",
                "the pattern is none that Taskfold keeps",
                &task.title,
            ),
        }
    }
    if task.has_attachments == Some(true) {
        builder.lose("attachments", "tasks have no files", &task.title);
    }
    if !task.linked_resources.is_empty() {
        builder.lose(
            "linked resources",
            "there is no place for them",
            &task.title,
        );
    }
    new
}

/// A `patternedRecurrence` as a rule.
fn rule_of(recurrence: &Value) -> Option<String> {
    let pattern = recurrence.get("pattern")?;
    let number = |field: &str| {
        pattern
            .get(field)
            .and_then(Value::as_i64)
            .filter(|number| *number > 0)
    };
    let days = || -> Option<String> {
        let days = pattern.get("daysOfWeek")?.as_array()?;
        let names: Option<Vec<String>> = days
            .iter()
            .map(|day| Some(day.as_str()?.get(..2)?.to_ascii_uppercase()))
            .collect();
        names
            .filter(|names| !names.is_empty())
            .map(|names| names.join(","))
    };
    let interval = number("interval").unwrap_or(1);
    let month = || number("month");
    let position = || match pattern.get("index")?.as_str()? {
        "first" => Some(1),
        "second" => Some(2),
        "third" => Some(3),
        "fourth" => Some(4),
        "last" => Some(-1),
        _ => None,
    };
    let rule = match pattern.get("type")?.as_str()? {
        "daily" => "FREQ=DAILY".to_owned(),
        "weekly" => format!("FREQ=WEEKLY;BYDAY={}", days()?),
        "absoluteMonthly" => format!("FREQ=MONTHLY;BYMONTHDAY={}", number("dayOfMonth")?),
        "relativeMonthly" => format!("FREQ=MONTHLY;BYDAY={};BYSETPOS={}", days()?, position()?),
        "absoluteYearly" => {
            format!(
                "FREQ=YEARLY;BYMONTH={};BYMONTHDAY={}",
                month()?,
                number("dayOfMonth")?
            )
        }
        "relativeYearly" => {
            format!(
                "FREQ=YEARLY;BYMONTH={};BYDAY={};BYSETPOS={}",
                month()?,
                days()?,
                position()?
            )
        }
        _ => return None,
    };
    let range = recurrence.get("range");
    let text = |field: &str| {
        range
            .and_then(|range| range.get(field))
            .and_then(Value::as_str)
    };
    let end = match text("type") {
        Some("endDate") => format!(";UNTIL={}", text("endDate")?.replace('-', "")),
        Some("numbered") => {
            let count = range
                .and_then(|range| range.get("numberOfOccurrences"))
                .and_then(Value::as_i64);
            format!(";COUNT={}", count?)
        }
        _ => String::new(),
    };
    Some(format!("{rule};INTERVAL={interval}{end}"))
}
