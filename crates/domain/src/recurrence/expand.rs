//! The occurrences of a rule on the wall clock: RFC 5545 §3.3.10, by filtering the days of each period.
//!
//! Work is bounded: the walk starts at the period in which it is asked for, not at the anchor, and gives up
//! after [`MAX_EMPTY`] steps without an occurrence (the Gregorian calendar repeats after 400 years) or at the
//! end of the year 9999.

use std::collections::VecDeque;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};

use super::rule::{Frequency, NthDay, Rule};

/// Steps (days or periods looked at) without an occurrence after which the rule counts as never again.
const MAX_EMPTY: u32 = 200_000;
const MINUTES_A_DAY: i64 = 24 * 60;

/// Occurrences of a rule from a moment on, ascending; COUNT and UNTIL are the caller's.
pub(crate) struct Occurrences<'a> {
    rule: &'a Rule,
    anchor: DateTime,
    from: DateTime,
    times: Vec<Time>,
    /// Number of the next period, counted from the anchor's.
    period: i64,
    ready: VecDeque<DateTime>,
    budget: u32,
}

impl<'a> Occurrences<'a> {
    /// Occurrences of the series that begins at `anchor`, none before `from`.
    pub(crate) fn new(rule: &'a Rule, anchor: DateTime, from: DateTime) -> Self {
        let from = from.max(anchor);
        let mut walk = Self {
            rule,
            anchor,
            from,
            times: times(rule, anchor.time()),
            period: 0,
            ready: VecDeque::new(),
            budget: MAX_EMPTY,
        };
        walk.period = walk.index_of(from) - walk.index_of(anchor);
        let interval = i64::from(rule.interval);
        walk.period -= walk.period.rem_euclid(interval);
        walk
    }

    /// Number of the period that holds a moment, on an absolute scale.
    fn index_of(&self, at: DateTime) -> i64 {
        let days = day_number(at.date());
        match self.rule.frequency {
            Frequency::Yearly => i64::from(at.year()),
            Frequency::Monthly => i64::from(at.year()) * 12 + i64::from(at.month()) - 1,
            Frequency::Weekly => day_number(week_of(at.date(), self.rule.week_start)).div_euclid(7),
            Frequency::Daily => days,
            Frequency::Hourly => days * 24 + i64::from(at.hour()),
            Frequency::Minutely => {
                days * MINUTES_A_DAY + i64::from(at.hour()) * 60 + i64::from(at.minute())
            }
        }
    }

    /// Fills `ready` from the next period; `None` when the calendar or the budget is used up.
    fn advance(&mut self) -> Option<()> {
        let index = self.index_of(self.anchor) + self.period;
        let (dates, times) = match self.rule.frequency {
            Frequency::Yearly => (year_dates(index)?, None),
            Frequency::Monthly => (month_dates(index)?, None),
            Frequency::Weekly => (self.week_dates()?, None),
            Frequency::Daily => (vec![date_of(index)?], None),
            Frequency::Hourly => self.hour(index)?,
            Frequency::Minutely => self.minute(index)?,
        };
        let looked_at = u32::try_from(dates.len()).unwrap_or(u32::MAX).max(1);
        self.budget = self.budget.checked_sub(looked_at)?;
        let dates: Vec<Date> = dates
            .into_iter()
            .filter(|date| self.accepts(*date))
            .collect();
        self.step(dates.is_empty());
        let times = times.as_deref().unwrap_or(&self.times);
        let set = select(&dates, times, &self.rule.positions);
        self.ready
            .extend(set.into_iter().filter(|at| *at >= self.from));
        if !self.ready.is_empty() {
            self.budget = MAX_EMPTY;
        }
        Some(())
    }

    /// To the next period; past the rest of a day that is none of the rule's.
    fn step(&mut self, day_is_out: bool) {
        let interval = i64::from(self.rule.interval);
        let a_day = match self.rule.frequency {
            Frequency::Hourly => 24,
            Frequency::Minutely => MINUTES_A_DAY,
            Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly => 0,
        };
        let mut ahead = interval;
        if day_is_out && a_day > 0 {
            let index = self.index_of(self.anchor) + self.period;
            let rest = a_day - index.rem_euclid(a_day);
            ahead = rest.div_euclid(interval) * interval;
            if ahead < rest {
                ahead += interval;
            }
        }
        self.period += ahead;
    }

    fn week_dates(&self) -> Option<Vec<Date>> {
        let first = week_of(self.anchor.date(), self.rule.week_start);
        let first = date_of(day_number(first) + self.period * 7)?;
        (0..7).map(|day| date_of(day_number(first) + day)).collect()
    }

    fn hour(&self, index: i64) -> Option<(Vec<Date>, Option<Vec<Time>>)> {
        let date = date_of(index.div_euclid(24))?;
        let hour = index.rem_euclid(24);
        let times = self
            .times
            .iter()
            .filter(|time| i64::from(time.hour()) == hour);
        Some((vec![date], Some(times.copied().collect())))
    }

    fn minute(&self, index: i64) -> Option<(Vec<Date>, Option<Vec<Time>>)> {
        let date = date_of(index.div_euclid(MINUTES_A_DAY))?;
        let minute = index.rem_euclid(MINUTES_A_DAY);
        let of_day = |time: &Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
        let first = self.times.partition_point(|time| of_day(time) < minute);
        let times = self.times[first..]
            .iter()
            .take_while(|time| of_day(time) == minute);
        Some((vec![date], Some(times.copied().collect())))
    }

    /// Whether the day is one of the rule's; what the rule leaves open comes from the anchor.
    fn accepts(&self, date: Date) -> bool {
        let rule = self.rule;
        let open = !rule.has_day_parts();
        let anchor = self.anchor.date();
        let months_open = rule.months.is_empty();
        (months_open || rule.months.contains(&i16::from(date.month())))
            && within(&rule.year_days, date.day_of_year(), date.days_in_year())
            && within(
                &rule.month_days,
                i16::from(date.day()),
                i16::from(date.days_in_month()),
            )
            && self.in_weeks(date)
            && (rule.days.is_empty() || rule.days.iter().any(|day| self.is_nth(*day, date)))
            && match rule.frequency {
                Frequency::Yearly if open => {
                    date.day() == anchor.day() && (!months_open || date.month() == anchor.month())
                }
                Frequency::Yearly => self.is_weekday_of_week(date),
                Frequency::Monthly => !open || date.day() == anchor.day(),
                Frequency::Weekly => !open || date.weekday() == anchor.weekday(),
                Frequency::Daily | Frequency::Hourly | Frequency::Minutely => true,
            }
    }

    /// BYWEEKNO alone means the anchor's weekday in those weeks.
    fn is_weekday_of_week(&self, date: Date) -> bool {
        let rule = self.rule;
        let alone = !rule.weeks.is_empty()
            && rule.days.is_empty()
            && rule.month_days.is_empty()
            && rule.year_days.is_empty();
        !alone || date.weekday() == self.anchor.weekday()
    }

    fn in_weeks(&self, date: Date) -> bool {
        if self.rule.weeks.is_empty() {
            return true;
        }
        let start = self.rule.week_start;
        // The week belongs to the year that holds its fourth day (ISO 8601 with any first day).
        let first = week_of(date, start);
        let Some(fourth) = date_of(day_number(first) + 3) else {
            return false;
        };
        let week = (fourth.day_of_year() - 1) / 7 + 1;
        let (day, length) = (fourth.day_of_year(), fourth.days_in_year());
        let weeks = (day + (length - day) / 7 * 7 - 1) / 7 + 1;
        within(&self.rule.weeks, week, weeks)
    }

    fn is_nth(&self, entry: NthDay, date: Date) -> bool {
        if date.weekday() != entry.day {
            return false;
        }
        let Some(nth) = entry.nth else { return true };
        let of_month = self.rule.frequency == Frequency::Monthly || !self.rule.months.is_empty();
        let (day, length) = if of_month {
            (i16::from(date.day()), i16::from(date.days_in_month()))
        } else {
            (date.day_of_year(), date.days_in_year())
        };
        if nth > 0 {
            (day - 1) / 7 + 1 == nth
        } else {
            (length - day) / 7 + 1 == -nth
        }
    }
}

impl Iterator for Occurrences<'_> {
    type Item = DateTime;

    fn next(&mut self) -> Option<DateTime> {
        while self.ready.is_empty() {
            self.advance()?;
        }
        self.ready.pop_front()
    }
}

/// Whether `value` of 1 to `length` is in a list that counts from the end below zero; an empty list holds all.
fn within(list: &[i16], value: i16, length: i16) -> bool {
    list.is_empty() || list.contains(&value) || list.contains(&(value - length - 1))
}

/// Days × times, ascending, and of these the positions that BYSETPOS names.
fn select(dates: &[Date], times: &[Time], positions: &[i16]) -> Vec<DateTime> {
    let at = |index: usize| dates[index / times.len()].to_datetime(times[index % times.len()]);
    let size = dates.len() * times.len();
    if positions.is_empty() {
        return (0..size).map(at).collect();
    }
    let index = |position: &i16| {
        let steps = usize::from(position.unsigned_abs());
        if *position > 0 {
            steps.checked_sub(1)
        } else {
            size.checked_sub(steps)
        }
    };
    let mut chosen: Vec<usize> = positions
        .iter()
        .filter_map(index)
        .filter(|i| *i < size)
        .collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen.into_iter().map(at).collect()
}

/// The times of a day, ascending: BYHOUR × BYMINUTE × BYSECOND, what is open from the anchor or, when the
/// period is shorter, any.
fn times(rule: &Rule, anchor: Time) -> Vec<Time> {
    let pick = |list: &[i16], own: i8, any: bool, size: i8| -> Vec<i8> {
        if !list.is_empty() {
            list.iter()
                .filter_map(|value| i8::try_from(*value).ok())
                .collect()
        } else if any {
            (0..size).collect()
        } else {
            vec![own]
        }
    };
    let hours = pick(
        &rule.hours,
        anchor.hour(),
        rule.frequency.is_sub_daily(),
        24,
    );
    let by_minute = rule.frequency == Frequency::Minutely;
    let minutes = pick(&rule.minutes, anchor.minute(), by_minute, 60);
    let seconds = pick(&rule.seconds, anchor.second(), false, 60);
    let mut all = Vec::with_capacity(hours.len() * minutes.len() * seconds.len());
    for hour in hours {
        for minute in &minutes {
            all.extend(
                seconds
                    .iter()
                    .filter_map(|second| Time::new(hour, *minute, *second, 0).ok()),
            );
        }
    }
    all
}

/// First day of the week that holds `date`.
pub(crate) fn week_of(date: Date, start: Weekday) -> Date {
    let back = date.weekday().since(start);
    date.saturating_sub(back.days())
}

const EPOCH: Date = jiff::civil::date(1970, 1, 5);

/// Days since Monday, 5 January 1970.
fn day_number(date: Date) -> i64 {
    (date - EPOCH).get_days().into()
}

fn date_of(number: i64) -> Option<Date> {
    EPOCH.checked_add(i32::try_from(number).ok()?.days()).ok()
}

fn year_dates(year: i64) -> Option<Vec<Date>> {
    let first = Date::new(i16::try_from(year).ok()?, 1, 1).ok()?;
    let number = day_number(first);
    (0..i64::from(first.days_in_year()))
        .map(|day| date_of(number + day))
        .collect()
}

fn month_dates(index: i64) -> Option<Vec<Date>> {
    let year = i16::try_from(index.div_euclid(12)).ok()?;
    let month = i8::try_from(index.rem_euclid(12) + 1).ok()?;
    let last = Date::new(year, month, 1).ok()?.days_in_month();
    (1..=last)
        .map(|day| Date::new(year, month, day).ok())
        .collect()
}
