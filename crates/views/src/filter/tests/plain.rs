//! Tasks as plain values, and a filter's meaning without SQL.

use jiff::Zoned;
use jiff::civil::Date;
use taskfold_contracts::ids::{ListId, UserId};
use taskfold_contracts::values::Priority;
use uuid::Uuid;

use super::super::*;

pub(super) const TITLES: [&str; 4] = [
    "Pay the invoice",
    "Café crème",
    "invoice: März",
    "Water plants",
];
pub(super) const NOTES: [&str; 3] = ["", "See the café invoice", "%_'\"*"];
pub(super) const TAGS: [&str; 3] = ["work", "Äpfel", "to buy"];
pub(super) const LISTS: [&str; 2] = ["Home", "Garden & co"];

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) number: u128,
    pub(super) list: Option<usize>,
    pub(super) parent: Option<u128>,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) priority: Priority,
    pub(super) due: Option<(Date, Option<&'static str>, bool)>,
    pub(super) start: Option<Date>,
    pub(super) recurs: bool,
    pub(super) reminds: bool,
    pub(super) mine: Option<bool>,
    pub(super) created: i64,
    pub(super) completed: Option<i64>,
    pub(super) deleted: Option<i64>,
    pub(super) tags: Vec<usize>,
    pub(super) blockers: Vec<u128>,
    pub(super) comment: Option<bool>,
}

pub(super) fn now() -> Zoned {
    "2026-11-21T14:30:00+01:00[Europe/Berlin]".parse().unwrap()
}

pub(super) fn me() -> UserId {
    UserId(Uuid::from_u128(900))
}

pub(super) fn someone() -> UserId {
    UserId(Uuid::from_u128(901))
}

pub(super) fn list_id(index: usize) -> ListId {
    ListId(Uuid::from_u128(800 + index as u128))
}

fn due_at(row: &Row) -> Option<i64> {
    let (date, time, zoned) = row.due?;
    let time = time.map_or(jiff::civil::time(23, 59, 59, 0), |time| {
        time.parse().unwrap()
    });
    let zone = if zoned { "America/New_York" } else { "UTC" };
    Some(
        date.to_datetime(time)
            .in_tz(zone)
            .unwrap()
            .timestamp()
            .as_millisecond(),
    )
}

fn compare<T: Ord>(left: &T, compared: Comparison, right: &T) -> bool {
    match compared {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::AtMost => left <= right,
        Comparison::Greater => left > right,
        Comparison::AtLeast => left >= right,
    }
}

fn day_of(row: &Row, field: DayField) -> Option<Date> {
    let local = |millis: i64| {
        jiff::Timestamp::from_millisecond(millis)
            .unwrap()
            .to_zoned(now().time_zone().clone())
            .date()
    };
    match field {
        DayField::Due => row.due.map(|(date, ..)| date),
        DayField::Start => row.start,
        DayField::Created | DayField::Updated => Some(local(row.created)),
        DayField::Completed => row.completed.map(local),
        DayField::Deleted => row.deleted.map(local),
    }
}

fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

fn contains(text: &str, wanted: &str) -> bool {
    let (text, wanted_words) = (words(text), words(wanted));
    let Some((last, first)) = wanted_words.split_last() else {
        return text.join(" ").contains(wanted);
    };
    text.windows(wanted_words.len()).any(|window| {
        window[..first.len()] == *first && window[first.len()].starts_with(last.as_str())
    })
}

fn overdue(row: &Row) -> bool {
    let Some((date, time, zoned)) = row.due else {
        return false;
    };
    let clock = now().date().to_datetime(now().time());
    let late = match time {
        None => date < now().date(),
        Some(_) if zoned => due_at(row).unwrap() < now().timestamp().as_millisecond(),
        Some(time) => date.to_datetime(time.parse().unwrap()) < clock,
    };
    row.completed.is_none() && late
}

pub(super) fn holds(rows: &[Row], row: &Row, condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().all(|part| holds(rows, row, part)),
        Condition::Any(parts) => parts.iter().any(|part| holds(rows, row, part)),
        Condition::Not(inner) => !holds(rows, row, inner),
        Condition::Term(term) => term_holds(rows, row, term),
    }
}

fn term_holds(rows: &[Row], row: &Row, term: &Term) -> bool {
    let list = row.list.map(|index| LISTS[index]);
    match term {
        Term::Day(field, compared, day) => day_of(row, *field)
            .is_some_and(|found| compare(&found, *compared, &day.date(now().date()))),
        Term::NoDay(field, none) => day_of(row, *field).is_none() == *none,
        Term::Priority(compared, priority) => compare(&row.priority, *compared, priority),
        Term::Tag(equal, tag) => row.tags.iter().any(|t| fold(TAGS[*t]) == fold(tag)) == *equal,
        Term::TagContains(text) => row
            .tags
            .iter()
            .any(|t| fold(TAGS[*t]).contains(&fold(text))),
        Term::List(equal, name) => {
            let is = match name {
                ListName::Inbox => list.is_none(),
                ListName::Id(id) => row.list.map(list_id) == Some(*id),
                ListName::Name(name) => list.is_some_and(|list| list.eq_ignore_ascii_case(name)),
            };
            is == *equal
        }
        Term::ListContains(text) => list.is_some_and(|list| {
            list.to_ascii_lowercase()
                .contains(&text.to_ascii_lowercase())
        }),
        Term::Parent(equal, id) => (row.parent == id.map(|id| id.0.as_u128())) == *equal,
        Term::Assignee(equal, person) => {
            let wanted = match person {
                Person::Me => Some(me()),
                Person::Nobody => None,
                Person::Id(id) => Some(*id),
            };
            (row.mine.map(|mine| if mine { me() } else { someone() }) == wanted) == *equal
        }
        Term::Title(equal, text) => (row.title == text) == *equal,
        Term::TitleContains(text) => contains(row.title, text),
        Term::Text(text) => {
            let symbols = !text.chars().any(char::is_alphanumeric);
            let raw = format!("{} {}", row.title, row.description);
            if symbols {
                raw.contains(text)
            } else {
                contains(row.title, text) || contains(row.description, text)
            }
        }
        Term::Is(flag) => flag_holds(rows, row, *flag),
        Term::Has(part) => match part {
            Part::Due => row.due.is_some(),
            Part::Start => row.start.is_some(),
            Part::Description => !row.description.is_empty(),
            Part::Tags => !row.tags.is_empty(),
            Part::Reminders => row.reminds,
            Part::Assignee => row.mine.is_some(),
            Part::Comments => row.comment == Some(false),
            Part::Subtasks => rows
                .iter()
                .any(|other| other.parent == Some(row.number) && other.deleted.is_none()),
            Part::Blockers => !row.blockers.is_empty(),
        },
    }
}

fn flag_holds(rows: &[Row], row: &Row, flag: Flag) -> bool {
    let waits_for = |number: &u128| {
        rows.iter().any(|other| {
            other.number == *number && other.completed.is_none() && other.deleted.is_none()
        })
    };
    match flag {
        Flag::Open => row.completed.is_none(),
        Flag::Done => row.completed.is_some(),
        Flag::Overdue => overdue(row),
        Flag::Blocked => row.blockers.iter().any(waits_for),
        Flag::Recurring => row.recurs,
        Flag::Subtask => row.parent.is_some(),
        Flag::Trashed => row.deleted.is_some(),
    }
}
