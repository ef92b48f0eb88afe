//! A filter as a condition over the tasks table (alias `t`). Every term is true or false, never NULL,
//! so that `not` means what it says.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use taskfold_contracts::ids::UserId;
use taskfold_sql::Dialect;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::search::{self, Place};

use super::{
    Comparison, Condition, Day, DayField, Filter, Flag, ListName, Part, Person, Term, Unit,
};

/// Who asks, and when and where they are.
#[derive(Debug, Clone)]
pub struct FilterContext {
    /// Now, in the zone of whoever asks: what `today` and `+7d` are counted from.
    pub now: Zoned,
    /// Whoever asks: `assignee = me`.
    pub me: UserId,
}

/// A value for a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// NULL.
    Null,
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes: the 16 of an id.
    Blob(Vec<u8>),
}

/// Text without case and accents: compatibility decomposition, combining marks dropped, lower case.
/// The column `task_tags.tag_folded` holds tags in this form.
pub fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|character| !is_combining_mark(*character))
        .flat_map(char::to_lowercase)
        .collect()
}

impl Filter {
    /// The condition as SQL over the tasks table under the alias `t`, in brackets where needed.
    /// Values are appended to `params`; placeholders are numbered on from those that are there.
    pub fn to_sql(
        &self,
        dialect: Dialect,
        params: &mut Vec<Param>,
        context: &FilterContext,
    ) -> String {
        let mut writer = Writer {
            dialect,
            params,
            context,
        };
        match &self.condition {
            None => "TRUE".to_owned(),
            Some(condition) => writer.condition(condition),
        }
    }
}

struct Writer<'a> {
    dialect: Dialect,
    params: &'a mut Vec<Param>,
    context: &'a FilterContext,
}

impl Writer<'_> {
    /// Adds a value and gives its placeholder.
    fn put(&mut self, param: Param) -> String {
        self.params.push(param);
        format!("?{}", self.params.len())
    }

    fn text(&mut self, text: impl Into<String>) -> String {
        self.put(Param::Text(text.into()))
    }

    fn id(&mut self, id: &[u8; 16]) -> String {
        self.put(Param::Blob(id.to_vec()))
    }

    fn condition(&mut self, condition: &Condition) -> String {
        match condition {
            Condition::All(parts) => self.join(parts, " AND "),
            Condition::Any(parts) => self.join(parts, " OR "),
            Condition::Not(inner) => format!("NOT {}", self.condition(inner)),
            Condition::Term(term) => format!("({})", self.term(term)),
        }
    }

    fn join(&mut self, parts: &[Condition], joiner: &str) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.condition(part)).collect();
        format!("({})", parts.join(joiner))
    }

    fn term(&mut self, term: &Term) -> String {
        match term {
            Term::Day(field, compared, day) => self.day(*field, *compared, *day),
            Term::NoDay(field, true) => format!("{} IS NULL", column(*field)),
            Term::NoDay(field, false) => format!("{} IS NOT NULL", column(*field)),
            Term::Priority(compared, priority) => {
                let rank = self.put(Param::Int(priority.rank().into()));
                format!("t.priority {} {rank}", sign(*compared))
            }
            Term::Tag(equal, tag) => {
                let tag = self.text(fold(tag));
                negated(*equal, tags(&format!("g.tag_folded = {tag}")))
            }
            Term::TagContains(text) => {
                let text = self.text(fold(text));
                tags(&self.contains("g.tag_folded", &text))
            }
            Term::List(equal, list) => negated(*equal, self.list(list)),
            Term::ListContains(text) => {
                let text = self.text(text.to_ascii_lowercase());
                lists(&self.contains("lower(l.name)", &text))
            }
            Term::Parent(equal, None) => negated(*equal, "t.parent_id IS NULL".to_owned()),
            Term::Parent(equal, Some(id)) => {
                let id = self.id(id.as_bytes());
                negated(
                    *equal,
                    format!("t.parent_id IS NOT NULL AND t.parent_id = {id}"),
                )
            }
            Term::Assignee(equal, person) => negated(*equal, self.assignee(*person)),
            Term::Title(equal, text) => {
                let text = self.text(text.as_str());
                negated(*equal, format!("t.title = {text}"))
            }
            Term::TitleContains(text) => self.words(Place::Title, "t.title", text),
            Term::Text(text) => {
                let both = "t.title || ' ' || coalesce(t.description, '')";
                self.words(Place::TitleOrDescription, both, text)
            }
            Term::Is(flag) => self.flag(*flag),
            Term::Has(part) => has(*part).to_owned(),
        }
    }

    fn list(&mut self, list: &ListName) -> String {
        match list {
            ListName::Inbox => "t.list_id IS NULL".to_owned(),
            ListName::Id(id) => {
                let id = self.id(id.as_bytes());
                format!("t.list_id IS NOT NULL AND t.list_id = {id}")
            }
            ListName::Name(name) => {
                let name = self.text(name.to_ascii_lowercase());
                lists(&format!("lower(l.name) = {name}"))
            }
        }
    }

    fn assignee(&mut self, person: Person) -> String {
        let id = match person {
            Person::Nobody => return "t.assignee_id IS NULL".to_owned(),
            Person::Me => self.context.me,
            Person::Id(id) => id,
        };
        let id = self.id(id.as_bytes());
        format!("t.assignee_id IS NOT NULL AND t.assignee_id = {id}")
    }

    /// Words one after the other, without regard to case and accents, the last of which may be cut
    /// short: the full-text table answers that. Text without a letter or digit is looked for as it is.
    fn words(&mut self, place: Place, plain: &str, text: &str) -> String {
        if !text.chars().any(char::is_alphanumeric) {
            let text = self.text(text);
            return self.contains(plain, &text);
        }
        let query = self.text(search::phrase(self.dialect, place, text));
        let matches = search::matches(self.dialect, &query);
        match self.dialect {
            Dialect::Sqlite => {
                format!("t.rowid IN (SELECT f.rowid FROM search f WHERE {matches})")
            }
            Dialect::Postgres => {
                format!("t.number IN (SELECT f.number FROM search f WHERE {matches})")
            }
        }
    }

    /// That a text has another in it, byte for byte.
    fn contains(&self, text: &str, wanted: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("instr({text}, {wanted}) > 0"),
            Dialect::Postgres => format!("strpos({text}, {wanted}) > 0"),
        }
    }

    fn flag(&mut self, flag: Flag) -> String {
        match flag {
            Flag::Open => "t.completed_at IS NULL".to_owned(),
            Flag::Done => "t.completed_at IS NOT NULL".to_owned(),
            Flag::Overdue => self.overdue(),
            Flag::Blocked => "EXISTS (SELECT 1 FROM task_blockers b JOIN tasks o ON o.task_id = \
                 b.blocker_id WHERE b.task_id = t.task_id AND o.completed_at IS NULL AND \
                 o.deleted_at IS NULL)"
                .to_owned(),
            Flag::Recurring => "t.recurrence IS NOT NULL".to_owned(),
            Flag::Subtask => "t.parent_id IS NOT NULL".to_owned(),
            Flag::Trashed => "t.deleted_at IS NOT NULL".to_owned(),
        }
    }

    /// A whole day is over when the asker's day is; a time in a zone is an instant; a time without a
    /// zone is the asker's wall clock.
    fn overdue(&mut self) -> String {
        let now = self.context.now.clone();
        let today = self.text(now.date().to_string());
        let clock = Time::constant(now.hour(), now.minute(), now.second(), 0);
        let clock = self.text(clock.to_string());
        let instant = self.put(Param::Int(now.timestamp().as_millisecond()));
        format!(
            "t.completed_at IS NULL AND t.due_date IS NOT NULL AND CASE \
             WHEN t.due_time IS NULL THEN t.due_date < {today} \
             WHEN t.due_zone IS NULL THEN t.due_date < {today} \
             OR (t.due_date = {today} AND t.due_time < {clock}) \
             ELSE coalesce(t.due_at, {instant}) < {instant} END"
        )
    }

    fn day(&mut self, field: DayField, compared: Comparison, day: Day) -> String {
        let today = self.context.now.date();
        let date = day.date(today);
        let column = column(field);
        match field {
            DayField::Due | DayField::Start => {
                let text = self.text(date.to_string());
                let exact = format!(
                    "{column} IS NOT NULL AND {column} {} {text}",
                    sign(compared)
                );
                if field == DayField::Due {
                    exact + &self.around(compared, date)
                } else {
                    exact
                }
            }
            DayField::Created | DayField::Updated | DayField::Completed | DayField::Deleted => {
                let compared = self.instants(column, compared, date);
                format!("{column} IS NOT NULL AND ({compared})")
            }
        }
    }

    /// What `due_at`, which an index has, must be where the date is so: a day more on either side, as no
    /// zone is further from UTC.
    fn around(&mut self, compared: Comparison, date: Date) -> String {
        let day = |days: i64| {
            let date = date.saturating_add(days.days()).to_zoned(TimeZone::UTC);
            date.map(|start| start.timestamp().as_millisecond()).ok()
        };
        let (from, to) = match compared {
            Comparison::Less => (None, day(1)),
            Comparison::AtMost => (None, day(2)),
            Comparison::Equal => (day(-1), day(2)),
            Comparison::AtLeast | Comparison::Greater => (day(-1), None),
            Comparison::NotEqual => (None, None),
        };
        let mut sql = String::new();
        for (sign, at) in [(">=", from), ("<", to)] {
            if let Some(at) = at {
                let at = self.put(Param::Int(at));
                sql.extend([" AND t.due_at ", sign, " ", &at]);
            }
        }
        sql
    }

    /// An instant against the day from its first to its last moment in the asker's zone.
    fn instants(&mut self, column: &str, compared: Comparison, date: Date) -> String {
        let mut first = || {
            let start = self.start_of(date);
            self.put(Param::Int(start))
        };
        match compared {
            Comparison::Less => format!("{column} < {}", first()),
            Comparison::AtLeast => format!("{column} >= {}", first()),
            Comparison::AtMost | Comparison::Greater => {
                let end = self.start_of(date.saturating_add(1.day()));
                let end = self.put(Param::Int(end));
                let sign = if compared == Comparison::AtMost {
                    "<"
                } else {
                    ">="
                };
                format!("{column} {sign} {end}")
            }
            Comparison::Equal | Comparison::NotEqual => {
                let first = first();
                let end = self.start_of(date.saturating_add(1.day()));
                let end = self.put(Param::Int(end));
                match compared {
                    Comparison::NotEqual => format!("{column} < {first} OR {column} >= {end}"),
                    Comparison::Equal
                    | Comparison::Less
                    | Comparison::AtMost
                    | Comparison::Greater
                    | Comparison::AtLeast => format!("{column} >= {first} AND {column} < {end}"),
                }
            }
        }
    }

    /// The first moment of the day in the asker's zone, in milliseconds since 1970 UTC.
    fn start_of(&self, date: Date) -> i64 {
        match date.to_zoned(self.context.now.time_zone().clone()) {
            Ok(start) => start.timestamp().as_millisecond(),
            Err(_) if date < self.context.now.date() => i64::MIN,
            Err(_) => i64::MAX,
        }
    }
}

impl Day {
    /// The date that is meant, seen from `today`; the calendar's last or first where it runs over.
    pub fn date(self, today: Date) -> Date {
        match self {
            Self::Today => today,
            Self::Tomorrow => today.saturating_add(1.day()),
            Self::Yesterday => today.saturating_sub(1.day()),
            Self::Weekday(weekday) => today.nth_weekday(1, weekday).unwrap_or(today),
            Self::Away(count, Unit::Days) => today.saturating_add(count.days()),
            Self::Away(count, Unit::Weeks) => today.saturating_add(count.weeks()),
            Self::Away(count, Unit::Months) => today.saturating_add(count.months()),
            Self::Away(count, Unit::Years) => today.saturating_add(count.years()),
            Self::Date(date) => date,
        }
    }
}

fn column(field: DayField) -> &'static str {
    match field {
        DayField::Due => "t.due_date",
        DayField::Start => "t.start_date",
        DayField::Created => "t.created_at",
        DayField::Updated => "t.updated_at",
        DayField::Completed => "t.completed_at",
        DayField::Deleted => "t.deleted_at",
    }
}

fn sign(compared: Comparison) -> &'static str {
    match compared {
        Comparison::NotEqual => "<>",
        Comparison::Equal
        | Comparison::Less
        | Comparison::AtMost
        | Comparison::Greater
        | Comparison::AtLeast => compared.as_str(),
    }
}

fn negated(equal: bool, sql: String) -> String {
    if equal { sql } else { format!("NOT ({sql})") }
}

fn tags(condition: &str) -> String {
    format!("EXISTS (SELECT 1 FROM task_tags g WHERE g.task_id = t.task_id AND {condition})")
}

fn lists(condition: &str) -> String {
    format!("EXISTS (SELECT 1 FROM lists l WHERE l.list_id = t.list_id AND {condition})")
}

fn has(part: Part) -> &'static str {
    match part {
        Part::Due => "t.due_date IS NOT NULL",
        Part::Start => "t.start_date IS NOT NULL",
        Part::Description => "coalesce(t.description, '') <> ''",
        Part::Tags => "EXISTS (SELECT 1 FROM task_tags g WHERE g.task_id = t.task_id)",
        Part::Reminders => "coalesce(t.reminders, '[]') <> '[]'",
        Part::Assignee => "t.assignee_id IS NOT NULL",
        Part::Comments => {
            "EXISTS (SELECT 1 FROM comments c WHERE c.task_id = t.task_id AND c.deleted_at IS NULL)"
        }
        Part::Subtasks => {
            "EXISTS (SELECT 1 FROM tasks s WHERE s.parent_id = t.task_id AND s.deleted_at IS NULL)"
        }
        Part::Blockers => "EXISTS (SELECT 1 FROM task_blockers b WHERE b.task_id = t.task_id)",
    }
}
