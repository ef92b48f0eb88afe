//! A filter as canonical text, which parses back to an equal filter.

use std::fmt::{Display, Formatter, Result, Write};

use super::fields::weekday_name;
use super::{Condition, Day, Filter, ListName, Person, Term, Unit};

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.condition
            .as_ref()
            .map_or(Ok(()), |condition| condition.fmt(f))
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::All(parts) => join(f, parts, " and "),
            Self::Any(parts) => join(f, parts, " or "),
            Self::Not(inner) => {
                f.write_str("not ")?;
                in_brackets(f, inner, matches!(**inner, Self::All(_) | Self::Any(_)))
            }
            Self::Term(term) => term.fmt(f),
        }
    }
}

fn join(f: &mut Formatter<'_>, parts: &[Condition], joiner: &str) -> Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(joiner)?;
        }
        in_brackets(
            f,
            part,
            joiner == " and " && matches!(part, Condition::Any(_)),
        )?;
    }
    Ok(())
}

fn in_brackets(f: &mut Formatter<'_>, part: &Condition, brackets: bool) -> Result {
    if brackets {
        write!(f, "({part})")
    } else {
        part.fmt(f)
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Day(field, compared, day) => {
                write!(f, "{} {} {day}", field.as_str(), compared.as_str())
            }
            Self::NoDay(field, equal) => write!(f, "{} {} none", field.as_str(), sign(*equal)),
            Self::Priority(compared, priority) => {
                write!(f, "priority {} {}", compared.as_str(), priority.as_str())
            }
            Self::Tag(equal, tag) => write!(f, "tag {} {}", sign(*equal), Word(tag)),
            Self::TagContains(text) => write!(f, "tag ~ {}", Word(text)),
            Self::List(equal, list) => write!(f, "list {} {list}", sign(*equal)),
            Self::ListContains(text) => write!(f, "list ~ {}", Quoted(text)),
            Self::Parent(equal, None) => write!(f, "parent {} none", sign(*equal)),
            Self::Parent(equal, Some(id)) => write!(f, "parent {} {id}", sign(*equal)),
            Self::Assignee(equal, person) => write!(f, "assignee {} {person}", sign(*equal)),
            Self::Title(equal, text) => write!(f, "title {} {}", sign(*equal), Quoted(text)),
            Self::TitleContains(text) => write!(f, "title ~ {}", Quoted(text)),
            Self::Text(text) => write!(f, "text ~ {}", Quoted(text)),
            Self::Is(flag) => write!(f, "is:{}", flag.as_str()),
            Self::Has(part) => write!(f, "has:{}", part.as_str()),
        }
    }
}

fn sign(equal: bool) -> &'static str {
    if equal { "=" } else { "!=" }
}

impl Display for Day {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Today => f.write_str("today"),
            Self::Tomorrow => f.write_str("tomorrow"),
            Self::Yesterday => f.write_str("yesterday"),
            Self::Weekday(weekday) => f.write_str(weekday_name(*weekday)),
            Self::Away(count, unit) => {
                let unit = match unit {
                    Unit::Days => 'd',
                    Unit::Weeks => 'w',
                    Unit::Months => 'm',
                    Unit::Years => 'y',
                };
                write!(f, "{count:+}{unit}")
            }
            Self::Date(date) => date.fmt(f),
        }
    }
}

impl Display for ListName {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Inbox => f.write_str("inbox"),
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => Quoted(name).fmt(f),
        }
    }
}

impl Display for Person {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Me => f.write_str("me"),
            Self::Nobody => f.write_str("none"),
            Self::Id(id) => id.fmt(f),
        }
    }
}

/// Text in quotes.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_str("\\t")?,
                other => f.write_char(other)?,
            }
        }
        f.write_char('"')
    }
}

/// Text as a bare word where that reads well, else in quotes.
struct Word<'a>(&'a str);

impl Display for Word<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let plain = |c: char| c.is_alphanumeric() || "-_/.".contains(c);
        let keyword = ["and", "or", "not"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(self.0));
        if !self.0.is_empty() && self.0.chars().all(plain) && !keyword {
            return f.write_str(self.0);
        }
        Quoted(self.0).fmt(f)
    }
}
