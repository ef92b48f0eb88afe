//! A parsed RRULE value (RFC 5545 §3.3.10) and its one canonical text.

use std::fmt::{self, Display};

use jiff::civil::{Date, DateTime, Weekday};

use super::RecurrenceError;
use super::parts::{Span, bad, day_list, list, malformed, number, short, sorted, until, weekday};

/// Longest rule that is read, in bytes.
pub(super) const MAX_TEXT: usize = 4_096;
/// Largest INTERVAL.
const MAX_INTERVAL: u32 = 100_000;
/// Largest COUNT.
const MAX_COUNT: u32 = 100_000;
/// Shortest distance of a MINUTELY rule.
const MIN_MINUTES: u32 = 5;

/// The length of a period. SECONDLY is refused: nobody does a task every second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Frequency {
    Minutely,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

impl Frequency {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Minutely => "MINUTELY",
            Self::Hourly => "HOURLY",
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        }
    }

    /// Shorter than a day.
    pub(crate) fn is_sub_daily(self) -> bool {
        self < Self::Daily
    }

    fn parse(value: &str) -> Result<Self, RecurrenceError> {
        match value {
            "MINUTELY" => Ok(Self::Minutely),
            "HOURLY" => Ok(Self::Hourly),
            "DAILY" => Ok(Self::Daily),
            "WEEKLY" => Ok(Self::Weekly),
            "MONTHLY" => Ok(Self::Monthly),
            "YEARLY" => Ok(Self::Yearly),
            "SECONDLY" => Err(RecurrenceError::TooFrequent),
            _ => Err(bad(
                "FREQ",
                value,
                "one of MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY",
            )),
        }
    }
}

/// One entry of BYDAY: all such weekdays of the period, or the n-th from its start (end, when negative).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NthDay {
    pub(crate) nth: Option<i16>,
    pub(crate) day: Weekday,
}

/// UNTIL, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    Day(Date),
    Local(DateTime),
    Utc(DateTime),
}

/// When the series ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Never,
    Count(u32),
    Until(Until),
}

/// A valid rule: lists are sorted and hold no entry twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) frequency: Frequency,
    pub(crate) interval: u32,
    pub(crate) end: End,
    pub(crate) week_start: Weekday,
    pub(crate) months: Vec<i16>,
    pub(crate) weeks: Vec<i16>,
    pub(crate) year_days: Vec<i16>,
    pub(crate) month_days: Vec<i16>,
    pub(crate) days: Vec<NthDay>,
    pub(crate) hours: Vec<i16>,
    pub(crate) minutes: Vec<i16>,
    pub(crate) seconds: Vec<i16>,
    pub(crate) positions: Vec<i16>,
}

impl Rule {
    /// A rule of this frequency without any other part.
    pub(crate) fn every(interval: u32, frequency: Frequency) -> Self {
        Self {
            frequency,
            interval,
            end: End::Never,
            week_start: Weekday::Monday,
            months: Vec::new(),
            weeks: Vec::new(),
            year_days: Vec::new(),
            month_days: Vec::new(),
            days: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            seconds: Vec::new(),
            positions: Vec::new(),
        }
    }

    /// Reads a rule; a leading `RRULE:` is allowed, letters may be of either case.
    pub(crate) fn parse(text: &str) -> Result<Self, RecurrenceError> {
        if text.len() > MAX_TEXT {
            return Err(RecurrenceError::TooLong);
        }
        let upper = text.trim().to_ascii_uppercase();
        let body = upper.strip_prefix("RRULE:").unwrap_or(&upper);
        let mut parts: Vec<(&str, &str)> = Vec::new();
        for part in body
            .split(';')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (name, value) = part.split_once('=').ok_or_else(|| malformed(part))?;
            let (name, value) = (name.trim(), value.trim());
            if parts.iter().any(|(known, _)| *known == name) {
                return Err(RecurrenceError::Repeated(short(name)));
            }
            parts.push((name, value));
        }
        let frequency = parts.iter().find(|(name, _)| *name == "FREQ");
        let (_, frequency) = frequency.ok_or(RecurrenceError::NoFrequency)?;
        let mut rule = Self::every(1, Frequency::parse(frequency)?);
        for (name, value) in parts {
            rule.set(name, value)?;
        }
        rule.check()?;
        Ok(rule)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), RecurrenceError> {
        match name {
            "FREQ" => {}
            "INTERVAL" => self.interval = number(name, value, MAX_INTERVAL)?,
            "COUNT" => self.end_at(End::Count(number(name, value, MAX_COUNT)?))?,
            "UNTIL" => self.end_at(End::Until(until(value)?))?,
            "WKST" => {
                self.week_start =
                    weekday(value).ok_or_else(|| bad(name, value, "a weekday: MO … SU"))?;
            }
            "BYMONTH" => self.months = list(name, value, Span::positive(1, 12))?,
            "BYWEEKNO" => self.weeks = list(name, value, Span::either(53))?,
            "BYYEARDAY" => self.year_days = list(name, value, Span::either(366))?,
            "BYMONTHDAY" => self.month_days = list(name, value, Span::either(31))?,
            "BYDAY" => self.days = day_list(value)?,
            "BYHOUR" => self.hours = list(name, value, Span::positive(0, 23))?,
            "BYMINUTE" => self.minutes = list(name, value, Span::positive(0, 59))?,
            // 60 is a leap second; no due has one, it is held as 59.
            "BYSECOND" => {
                let seconds = list(name, value, Span::positive(0, 60))?;
                self.seconds = sorted(seconds.into_iter().map(|second| second.min(59)).collect());
            }
            "BYSETPOS" => self.positions = list(name, value, Span::either(366))?,
            _ => return Err(RecurrenceError::Unknown(short(name))),
        }
        Ok(())
    }

    fn end_at(&mut self, end: End) -> Result<(), RecurrenceError> {
        if self.end != End::Never {
            return Err(RecurrenceError::Clash("COUNT and UNTIL exclude each other"));
        }
        self.end = end;
        Ok(())
    }

    /// The table and notes of RFC 5545 §3.3.10.
    fn check(&self) -> Result<(), RecurrenceError> {
        let frequency = self.frequency;
        let clash = |wrong: bool, text| {
            if wrong {
                Err(RecurrenceError::Clash(text))
            } else {
                Ok(())
            }
        };
        clash(
            !self.weeks.is_empty() && frequency != Frequency::Yearly,
            "BYWEEKNO needs FREQ=YEARLY",
        )?;
        clash(
            !self.year_days.is_empty()
                && matches!(
                    frequency,
                    Frequency::Daily | Frequency::Weekly | Frequency::Monthly
                ),
            "BYYEARDAY does not go with FREQ=DAILY, WEEKLY or MONTHLY",
        )?;
        clash(
            !self.month_days.is_empty() && frequency == Frequency::Weekly,
            "BYMONTHDAY does not go with FREQ=WEEKLY",
        )?;
        let numbered = self.days.iter().any(|day| day.nth.is_some());
        clash(
            numbered && frequency < Frequency::Monthly,
            "a number in BYDAY needs FREQ=MONTHLY or YEARLY",
        )?;
        clash(
            numbered && !self.weeks.is_empty(),
            "a number in BYDAY does not go with BYWEEKNO",
        )?;
        clash(
            !self.positions.is_empty() && !self.has_parts(),
            "BYSETPOS needs another BY part",
        )?;
        if frequency == Frequency::Minutely && self.interval < MIN_MINUTES {
            return Err(RecurrenceError::TooFrequent);
        }
        Ok(())
    }

    /// Whether any BY part besides BYSETPOS is set.
    pub(crate) fn has_parts(&self) -> bool {
        self.has_day_parts()
            || !(self.months.is_empty()
                && self.hours.is_empty()
                && self.minutes.is_empty()
                && self.seconds.is_empty())
    }

    /// Whether the rule itself says which days of a period are meant.
    pub(crate) fn has_day_parts(&self) -> bool {
        !(self.weeks.is_empty()
            && self.year_days.is_empty()
            && self.month_days.is_empty()
            && self.days.is_empty())
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.frequency.name())?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match self.end {
            End::Never => {}
            End::Count(count) => write!(f, ";COUNT={count}")?,
            End::Until(until) => write!(f, ";UNTIL={until}")?,
        }
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", code(self.week_start))?;
        }
        write_list(f, "BYMONTH", &self.months)?;
        write_list(f, "BYWEEKNO", &self.weeks)?;
        write_list(f, "BYYEARDAY", &self.year_days)?;
        write_list(f, "BYMONTHDAY", &self.month_days)?;
        write_list(f, "BYDAY", &self.days)?;
        write_list(f, "BYHOUR", &self.hours)?;
        write_list(f, "BYMINUTE", &self.minutes)?;
        write_list(f, "BYSECOND", &self.seconds)?;
        write_list(f, "BYSETPOS", &self.positions)
    }
}

impl Display for NthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.nth {
            write!(f, "{nth}")?;
        }
        f.write_str(code(self.day))
    }
}

impl Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => write!(f, "{}", date.strftime("%Y%m%d")),
            Self::Local(at) => write!(f, "{}", at.strftime("%Y%m%dT%H%M%S")),
            Self::Utc(at) => write!(f, "{}", at.strftime("%Y%m%dT%H%M%SZ")),
        }
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, name: &str, values: &[impl Display]) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        if index == 0 {
            write!(f, ";{name}={value}")?;
        } else {
            write!(f, ",{value}")?;
        }
    }
    Ok(())
}

/// The two letters of a weekday.
pub(crate) fn code(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}
