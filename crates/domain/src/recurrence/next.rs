//! The occurrence after this one.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use taskfold_contracts::commands::RecurrenceInput;
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Due, Recurrence, RecursFrom};

use super::RecurrenceError;
use super::expand::Occurrences;
use super::rule::{End, Frequency, Rule, Until};

/// Passed-over occurrences that are counted one by one; beyond, the walk jumps.
const MAX_SKIPPED: u32 = 100_000;
/// Longest preview.
const MAX_PREVIEW: usize = 1_000;

/// A rule with what its dues have in common.
struct Series {
    rule: Rule,
    start: DateTime,
    timed: bool,
    zone_name: Option<String>,
    zone: TimeZone,
}

impl Series {
    /// The due says whether there is a time, and where; the anchor gives the time of the series.
    fn of(recurrence: &Recurrence, due: &Due, local: &TimeZone) -> Result<Self, RecurrenceError> {
        let rule = Rule::parse(&recurrence.rule)?;
        let anchor = &recurrence.anchor;
        let timed = due.time.is_some();
        if rule.frequency.is_sub_daily() && !timed {
            return Err(RecurrenceError::NeedsTime(rule.frequency.name()));
        }
        let time = due.time.map(|own| anchor.time.unwrap_or(own));
        let zone_name = due.zone.clone().filter(|_| timed);
        let zone = match &zone_name {
            Some(name) => {
                TimeZone::get(name).map_err(|_| RecurrenceError::UnknownZone(name.clone()))?
            }
            None => local.clone(),
        };
        let mut series = Self {
            rule,
            start: anchor.date.to_datetime(time.unwrap_or(Time::midnight())),
            timed,
            zone_name,
            zone,
        };
        if !timed {
            series.rule.hours.clear();
            series.rule.minutes.clear();
            series.rule.seconds.clear();
        }
        Ok(series)
    }

    /// On the wall clock as it was: a skipped time moves forward by the gap.
    fn place(&self, at: DateTime) -> DateTime {
        let zoned = self.zone.to_ambiguous_zoned(at).compatible();
        if self.timed {
            zoned.map_or(at, |zoned| zoned.datetime())
        } else {
            at
        }
    }

    fn due(&self, at: DateTime) -> Due {
        let at = self.place(at);
        Due {
            date: at.date(),
            time: self.timed.then(|| at.time()),
            zone: self.zone_name.clone(),
        }
    }

    /// Whether UNTIL still holds the occurrence.
    fn holds(&self, at: DateTime) -> bool {
        match self.rule.end {
            End::Never | End::Count(_) => true,
            End::Until(Until::Day(last)) => at.date() <= last,
            End::Until(Until::Local(last)) if self.timed => at <= last,
            End::Until(Until::Utc(last)) if self.timed => {
                let instant = self.zone.to_ambiguous_timestamp(at).compatible();
                let last = TimeZone::UTC.to_ambiguous_timestamp(last).compatible();
                matches!((instant, last), (Ok(instant), Ok(last)) if instant <= last)
            }
            End::Until(Until::Local(last) | Until::Utc(last)) => at.date() <= last.date(),
        }
    }

    /// Whether COUNT still holds the occurrence of this number.
    fn counts(&self, number: u32) -> bool {
        match self.rule.end {
            End::Count(count) => number <= count,
            End::Never | End::Until(_) => true,
        }
    }
}

/// The occurrence that follows when a task is completed, with the recurrence of the new task; `None` when the
/// series is over.
///
/// Counted from the due date: the first occurrence after `current_due` whose day is not before the day of
/// completion. So a task that is done early goes on to the next of its series, and one that is done late
/// passes over what lies in the past but not over today's occurrence, which is still to be done. HOURLY and
/// MINUTELY rules go to the first occurrence after the moment of completion instead. What is passed over,
/// and what `except` takes out, counts against COUNT as in RFC 5545.
///
/// Counted from completion: the rule begins anew on the day of completion (HOURLY and MINUTELY: at the minute)
/// and the first occurrence after it is taken, at the time of the due; a bare MONTHLY or YEARLY rule that meets
/// a shorter month takes its last day.
///
/// `zone` is that of the person, for whole days and for times without a zone. Without `current_due` the anchor
/// stands for it.
///
/// # Errors
/// The rule is invalid, the due's zone unknown, or the rule needs a time that the due does not have.
pub fn next(
    recurrence: &Recurrence,
    current_due: Option<&Due>,
    completed: Timestamp,
    zone: &TimeZone,
) -> Result<Option<(Due, Recurrence)>, RecurrenceError> {
    let current = current_due.unwrap_or(&recurrence.anchor);
    let series = Series::of(recurrence, current, zone)?;
    let done = series.zone.to_datetime(completed.to_jiff());
    let found = match recurrence.from {
        RecursFrom::Due => after_due(&series, recurrence, current, done),
        RecursFrom::Completion => {
            after_completion(series.rule.clone(), &series, recurrence, current, done)
        }
    };
    Ok(found.map(|(due, occurrence)| {
        (
            due,
            Recurrence {
                occurrence,
                ..recurrence.clone()
            },
        )
    }))
}

fn after_due(
    series: &Series,
    recurrence: &Recurrence,
    current: &Due,
    done: DateTime,
) -> Option<(Due, u32)> {
    let current = at(current);
    let too_early = |at: DateTime| {
        if series.rule.frequency.is_sub_daily() {
            at <= done
        } else {
            at.date() < done.date()
        }
    };
    let mut number = recurrence.occurrence;
    let mut skipped = 0;
    let mut walk = Occurrences::new(&series.rule, series.start, current);
    while let Some(at) = walk.next() {
        let placed = series.place(at);
        // The current due may be one that moved out of a gap: what it moved past is not next.
        if at <= current {
            continue;
        }
        number = number.saturating_add(1);
        if !series.holds(at) || !series.counts(number) {
            return None;
        }
        if !too_early(placed) && !recurrence.except.contains(&at.date()) {
            return Some((series.due(at), number));
        }
        skipped += 1;
        if skipped == MAX_SKIPPED && at < done {
            walk = Occurrences::new(&series.rule, series.start, done.date().into());
        } else if skipped > 2 * MAX_SKIPPED {
            return None;
        }
    }
    None
}

fn after_completion(
    mut rule: Rule,
    series: &Series,
    recurrence: &Recurrence,
    current: &Due,
    done: DateTime,
) -> Option<(Due, u32)> {
    let number = recurrence.occurrence.saturating_add(1);
    if !series.counts(number) {
        return None;
    }
    let sub_daily = rule.frequency.is_sub_daily();
    let begin = if sub_daily {
        to_minute(done)
    } else {
        done.date()
            .to_datetime(current.time.unwrap_or(Time::midnight()))
    };
    let interval = i64::from(rule.interval);
    let step = match rule.frequency {
        Frequency::Monthly if !rule.has_parts() => Some(interval.months()),
        Frequency::Yearly if !rule.has_parts() => Some(interval.years()),
        Frequency::Minutely
        | Frequency::Hourly
        | Frequency::Daily
        | Frequency::Weekly
        | Frequency::Monthly
        | Frequency::Yearly => None,
    };
    rule.end = End::Never;
    let fits = |at: &DateTime| {
        let later = if sub_daily {
            *at > begin
        } else {
            at.date() > begin.date()
        };
        later && !recurrence.except.contains(&at.date())
    };
    let found = match step {
        Some(step) => (1..1_000)
            .map_while(|n| begin.checked_add(step * n).ok())
            .find(fits),
        None => Occurrences::new(&rule, begin, begin)
            .take(MAX_PREVIEW * 10)
            .find(fits),
    };
    let found = found.filter(|at| series.holds(*at))?;
    Some((series.due(found), number))
}

/// Refuses a new series of which nothing is left: neither at its first due nor after it is an occurrence that
/// its end still holds.
///
/// # Errors
/// [`RecurrenceError::Over`]; as [`next`].
pub(crate) fn not_over(
    recurrence: &Recurrence,
    due: &Due,
    zone: &TimeZone,
) -> Result<(), RecurrenceError> {
    let series = Series::of(recurrence, due, zone)?;
    let current = at(due);
    let holds = match recurrence.from {
        RecursFrom::Completion => series.holds(current),
        RecursFrom::Due => Occurrences::new(&series.rule, series.start, current)
            .next()
            .is_some_and(|at| series.holds(at)),
    };
    if holds {
        return Ok(());
    }
    Err(RecurrenceError::Over {
        last: last_day(&recurrence.rule)?,
        first: due.date,
    })
}

/// The dues that follow `start` in a new series, were each of them done at its moment: up to `n`, at most 1,000.
/// Fewer when the series ends.
///
/// # Errors
/// What is wrong with the rule, the zone of `start` is unknown, or nothing is left of the series from `start` on.
pub fn upcoming(
    input: &RecurrenceInput,
    start: &Due,
    n: usize,
    zone: &TimeZone,
) -> Result<Vec<Due>, RecurrenceError> {
    let mut series = Recurrence {
        rule: super::normalise(&input.rule)?,
        from: input.from,
        anchor: start.clone(),
        except: input.except.clone(),
        occurrence: 1,
    };
    not_over(&series, start, zone)?;
    let clock = Series::of(&series, start, zone)?.zone;
    let mut dues: Vec<Due> = Vec::new();
    while dues.len() < n.min(MAX_PREVIEW) {
        let current = dues.last().unwrap_or(start);
        let Ok(done) = clock.to_ambiguous_timestamp(at(current)).compatible() else {
            break;
        };
        let Some((due, after)) = next(&series, Some(current), done.into(), zone)? else {
            break;
        };
        series = after;
        dues.push(due);
    }
    Ok(dues)
}

/// The last day of a rule that ends on one.
///
/// # Errors
/// The rule is invalid.
pub(crate) fn last_day(rule: &str) -> Result<Option<Date>, RecurrenceError> {
    Ok(match Rule::parse(rule)?.end {
        End::Until(Until::Day(day)) => Some(day),
        End::Until(Until::Local(at) | Until::Utc(at)) => Some(at.date()),
        End::Never | End::Count(_) => None,
    })
}

/// The first due of a series that begins on or after `earliest` (a moment on the clock of the due's zone), at
/// `time` if one is given; for a new task that is to repeat. `None` when the rule never occurs.
///
/// # Errors
/// The rule is invalid.
pub fn first(
    rule: &str,
    earliest: DateTime,
    time: Option<Time>,
) -> Result<Option<DateTime>, RecurrenceError> {
    let rule = Rule::parse(rule)?;
    let rule = Rule {
        interval: 1,
        ..rule
    };
    let today = earliest
        .date()
        .to_datetime(time.unwrap_or(Time::midnight()));
    let floor = if time.is_some() { earliest } else { today };
    let anchor = if today >= floor || rule.has_day_parts() || !rule.months.is_empty() {
        today
    } else {
        today.saturating_add(1.day())
    };
    Ok(Occurrences::new(&rule, anchor, floor).next())
}

/// Up to `n` (at most 1,000) dues of the series on or after the day `from`, `except` left out. COUNT is held
/// from the anchor on, which is number 1.
///
/// # Errors
/// The rule is invalid, the anchor's zone unknown, or the rule needs a time that the anchor does not have.
pub fn preview(
    recurrence: &Recurrence,
    from: Date,
    n: usize,
    zone: &TimeZone,
) -> Result<Vec<Due>, RecurrenceError> {
    let series = Series::of(recurrence, &recurrence.anchor, zone)?;
    let limit = match series.rule.end {
        End::Count(count) => count,
        End::Never | End::Until(_) => u32::MAX,
    };
    // Only COUNT needs the walk from the beginning.
    let begin = if limit == u32::MAX {
        from.into()
    } else {
        series.start
    };
    let mut dues: Vec<Due> = Occurrences::new(&series.rule, series.start, begin)
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .take_while(|at| series.holds(*at))
        .filter(|at| at.date() >= from)
        .take(MAX_PREVIEW * 10)
        .filter(|at| !recurrence.except.contains(&at.date()))
        .take(n.min(MAX_PREVIEW))
        .map(|at| series.due(at))
        .collect();
    // A time that moves out of a gap can meet the one after it.
    dues.dedup();
    Ok(dues)
}

fn at(due: &Due) -> DateTime {
    due.date.to_datetime(due.time.unwrap_or(Time::midnight()))
}

fn to_minute(at: DateTime) -> DateTime {
    let time = at.time();
    let whole = Time::new(time.hour(), time.minute(), 0, 0).unwrap_or(time);
    at.date().to_datetime(whole)
}
