//! A rule in English words.

use jiff::civil::{Date, Weekday};
use taskfold_contracts::values::RecursFrom;

use super::rule::{End, Frequency, NthDay, Rule, Until};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const WORKDAYS: [Weekday; 5] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];

/// The rule as a person would say it, such as "every 2 weeks on Mon and Thu until 30 Jun 2027"; text that is no
/// rule comes back as it is.
pub fn describe(rule: &str, from: RecursFrom) -> String {
    let Ok(rule) = Rule::parse(rule) else {
        return rule.to_owned();
    };
    let mut words = period(&rule);
    if let Some(days) = days(&rule) {
        words.push(' ');
        words.push_str(&days);
    }
    words.push_str(&times(&rule));
    words.push_str(&end(&rule));
    match from {
        RecursFrom::Due => {}
        RecursFrom::Completion => words.push_str(" after completion"),
    }
    words
}

fn end(rule: &Rule) -> String {
    match rule.end {
        End::Never => String::new(),
        End::Count(1) => ", once".to_owned(),
        End::Count(count) => format!(", {count} times"),
        End::Until(Until::Day(last)) => format!(" until {}", day(last)),
        End::Until(Until::Local(last) | Until::Utc(last)) => {
            format!(" until {}", day(last.date()))
        }
    }
}

fn day(date: Date) -> String {
    format!(
        "{} {} {}",
        date.day(),
        month(i16::from(date.month())),
        date.year()
    )
}

fn month(number: i16) -> &'static str {
    usize::try_from(number - 1)
        .ok()
        .and_then(|index| MONTHS.get(index))
        .copied()
        .unwrap_or("?")
}

fn period(rule: &Rule) -> String {
    if rule.interval == 1 && is_workdays(&rule.days) && rule.positions.is_empty() {
        match rule.frequency {
            Frequency::Daily | Frequency::Weekly => return "every weekday".to_owned(),
            Frequency::Minutely | Frequency::Hourly | Frequency::Monthly | Frequency::Yearly => {}
        }
    }
    let unit = match rule.frequency {
        Frequency::Minutely => "minute",
        Frequency::Hourly => "hour",
        Frequency::Daily => "day",
        Frequency::Weekly => "week",
        Frequency::Monthly => "month",
        Frequency::Yearly => "year",
    };
    match rule.interval {
        1 => format!("every {unit}"),
        many => format!("every {many} {unit}s"),
    }
}

fn is_workdays(days: &[NthDay]) -> bool {
    days.len() == WORKDAYS.len()
        && days
            .iter()
            .zip(WORKDAYS)
            .all(|(a, b)| a.nth.is_none() && a.day == b)
}

/// On which days, or nothing when the period says all.
fn days(rule: &Rule) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(days) = last_days(rule) {
        parts.push(format!("on {days}"));
    } else {
        let positions = !rule.positions.is_empty();
        let on = |what: String| {
            let which = if positions {
                format!("the {} of ", ordinals(&rule.positions))
            } else {
                String::new()
            };
            format!("on {which}{what}")
        };
        if !rule.month_days.is_empty() {
            parts.push(on(format!("the {}", ordinals(&rule.month_days))));
        }
        let said = is_workdays(&rule.days) && rule.interval == 1 && by_week(rule);
        if !(rule.days.is_empty() || said) {
            parts.push(if parts.is_empty() {
                on(weekdays(&rule.days))
            } else {
                format!("if it is {}", weekdays(&rule.days))
            });
        } else if parts.is_empty() && positions {
            parts.push(on("the days".to_owned()));
        }
        if !rule.year_days.is_empty() {
            parts.push(format!(
                "on the {} day of the year",
                ordinals(&rule.year_days)
            ));
        }
    }
    if !rule.weeks.is_empty() {
        parts.push(format!("in the {} week of the year", ordinals(&rule.weeks)));
    }
    if !rule.months.is_empty() {
        parts.push(format!(
            "in {}",
            join(rule.months.iter().map(|number| month(*number).to_owned()))
        ));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn by_week(rule: &Rule) -> bool {
    rule.positions.is_empty() && matches!(rule.frequency, Frequency::Daily | Frequency::Weekly)
}

/// "the 31st or the last day": days 28 up to 31 of which the last is taken; "the last weekday".
fn last_days(rule: &Rule) -> Option<String> {
    if rule.positions == [-1] && rule.days.is_empty() && rule.year_days.is_empty() {
        let last = *rule.month_days.last()?;
        let run = rule.month_days.iter().copied().eq(28..=last);
        return run.then(|| format!("the {} or the last day", ordinal(last)));
    }
    if rule.month_days == [-1] && rule.days.is_empty() && rule.positions.is_empty() {
        return Some("the last day".to_owned());
    }
    if let ([position], true) = (rule.positions.as_slice(), is_workdays(&rule.days)) {
        return Some(format!("the {} weekday", ordinal(*position)));
    }
    None
}

fn weekdays(days: &[NthDay]) -> String {
    join(days.iter().map(|entry| match entry.nth {
        None => name(entry.day).to_owned(),
        Some(nth) => format!("the {} {}", ordinal(nth), name(entry.day)),
    }))
}

fn name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}

fn ordinals(numbers: &[i16]) -> String {
    join(numbers.iter().map(|number| ordinal(*number)))
}

fn ordinal(number: i16) -> String {
    if number == -1 {
        return "last".to_owned();
    }
    let size = number.unsigned_abs();
    let ending = match (size % 10, size % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    let last = if number < 0 { " to last" } else { "" };
    format!("{size}{ending}{last}")
}

/// " at 09:00 and 17:30"; minutes that stand alone are said as such.
fn times(rule: &Rule) -> String {
    if rule.hours.is_empty() {
        return match rule.minutes.as_slice() {
            [] => String::new(),
            minutes => format!(
                " at minute {}",
                join(minutes.iter().map(ToString::to_string))
            ),
        };
    }
    let minutes = if rule.minutes.is_empty() {
        &[0][..]
    } else {
        &rule.minutes
    };
    let all = rule
        .hours
        .iter()
        .flat_map(|hour| minutes.iter().map(move |minute| (hour, minute)));
    let known = !rule.minutes.is_empty();
    format!(
        " at {}",
        join(all.map(|(hour, minute)| {
            if known {
                format!("{hour:02}:{minute:02}")
            } else {
                format!("{hour} h")
            }
        }))
    )
}

/// "a", "a and b", "a, b and c".
fn join(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}
