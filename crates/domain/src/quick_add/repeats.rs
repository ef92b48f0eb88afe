//! Repetitions: "every other monday", "every 1st", "every! 3 days", "weekly".

use jiff::civil::{Time, Weekday};
use taskfold_contracts::values::RecursFrom;

use super::grammar::{Grammar, Some2};
use super::vocabulary::{self as words, Unit};
use crate::recurrence::{Frequency, NthDay, Rule};

const WORKDAYS: [Weekday; 5] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];
const WEEKEND: [Weekday; 2] = [Weekday::Saturday, Weekday::Sunday];

/// A repetition, before its end and its first due are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repeat {
    pub(super) rule: Rule,
    pub(super) from: RecursFrom,
    /// The time that is part of the word: "every morning".
    pub(super) time: Option<Time>,
}

impl Grammar<'_> {
    pub(super) fn repeat_at(&self, at: usize) -> Some2<Repeat> {
        let from = if self.is(at, words::EVERY) {
            RecursFrom::Due
        } else if self.is(at, words::EVERY_AFTER) {
            RecursFrom::Completion
        } else {
            let named = self.adverb_at(at).or_else(|| self.on_weekdays_at(at));
            return named.or_else(|| self.day_of_every_month_at(at));
        };
        if let Some((hour, minute)) = words::day_part(self.word(at + 1)) {
            let time = Time::new(hour, minute, 0, 0).ok();
            return Some((
                2,
                Repeat {
                    rule: Rule::every(1, Frequency::Daily),
                    from,
                    time,
                },
            ));
        }
        let (length, rule) = self.every_at(at + 1)?;
        Some((
            length + 1,
            Repeat {
                rule,
                from,
                time: None,
            },
        ))
    }

    /// "last day of every month", "on the 1st of each month".
    fn day_of_every_month_at(&self, at: usize) -> Some2<Repeat> {
        let on = usize::from(self.is(at, words::LEADS));
        let the = usize::from(self.is(at + on, words::THE));
        let lead = on + the;
        // One day alone: a long list is not walked along again from each of its places.
        let of = self.is(at + lead + 1, words::OF);
        let days = self.nth_weekday_at(at + lead);
        let (length, rule) = days.or_else(|| of.then(|| self.month_days_at(at + lead))?)?;
        let every = length >= 3 && self.is(at + lead + length - 2, words::EVERY);
        every.then(|| (lead + length, due(rule)))
    }

    /// What follows "every".
    fn every_at(&self, at: usize) -> Some2<Rule> {
        self.day_names_at(at, 1)
            .or_else(|| self.nth_weekday_at(at))
            .or_else(|| self.interval_at(at))
            .or_else(|| self.year_day_at(at))
            .or_else(|| self.month_days_at(at))
    }

    /// "weekly" where a phrase can end; "weekly report" is text.
    fn adverb_at(&self, at: usize) -> Some2<Repeat> {
        let (count, unit) = words::adverb(self.word(at))?;
        let (more, rule) = self.unit_rule(at + 1, count, unit)?;
        let placed = more > 0 || self.ends_phrase(at);
        placed.then_some((1 + more, due(rule)))
    }

    /// "on mondays", "mondays at 9", "weekdays at 9am"
    fn on_weekdays_at(&self, at: usize) -> Some2<Repeat> {
        let lead = usize::from(self.is(at, words::ON));
        let word = self.word(at + lead);
        let days = match words::weekdays(word) {
            Some(day) => vec![day],
            None if word.ends_with('s') && words::WORKDAY.contains(&word) => WORKDAYS.to_vec(),
            None if word.ends_with('s') && words::WEEKEND.contains(&word) => WEEKEND.to_vec(),
            None => return None,
        };
        let placed = lead > 0 || self.ends_phrase(at);
        placed.then_some((lead + 1, due(self.weekly(1, &days))))
    }

    /// "mon and thu", "weekday", "weekend".
    fn day_names_at(&self, at: usize, interval: u32) -> Some2<Rule> {
        if self.is(at, words::WORKDAY) {
            return Some((1, self.weekly(interval, &WORKDAYS)));
        }
        if self.is(at, words::WEEKEND) {
            return Some((1, self.weekly(interval, &WEEKEND)));
        }
        let named = |at: usize| {
            let word = self.word(at);
            words::weekday(word).or_else(|| words::weekdays(word))
        };
        let (length, days) = self.list_at(at, named)?;
        Some((length, self.weekly(interval, &days)))
    }

    /// Items with commas or "and" between them.
    fn list_at<T>(&self, at: usize, item: impl Fn(usize) -> Option<T>) -> Some2<Vec<T>> {
        let mut items = vec![item(at)?];
        let mut end = at + 1;
        // No list of days is longer than a month.
        while items.len() < 31 {
            let and = usize::from(self.is(end, words::AND));
            if and == 0 && !self.tail(end - 1).starts_with(',') {
                break;
            }
            let Some(next) = item(end + and) else { break };
            items.push(next);
            end += and + 1;
        }
        Some((end - at, items))
    }

    fn weekly(&self, interval: u32, days: &[Weekday]) -> Rule {
        let mut rule = Rule::every(interval, Frequency::Weekly);
        rule.days = sorted(
            days.iter()
                .map(|day| NthDay {
                    nth: None,
                    day: *day,
                })
                .collect(),
        );
        if interval > 1 {
            rule.week_start = self.first_weekday();
        }
        rule
    }

    /// "last friday [of the month]", "2nd tuesday", "last day of the month", "first weekday".
    fn nth_weekday_at(&self, at: usize) -> Some2<Rule> {
        let word = self.word(at);
        let nth = words::ordinal_word(word).or_else(|| words::ordinal_number(word))?;
        let what = self.word(at + 1);
        let mut rule = Rule::every(1, Frequency::Monthly);
        if words::WORKDAY.contains(&what) {
            rule.days = WORKDAYS
                .iter()
                .map(|day| NthDay {
                    nth: None,
                    day: *day,
                })
                .collect();
            rule.positions = vec![nth];
        } else if let Some(day) = words::weekday(what) {
            rule.days = vec![NthDay {
                nth: Some(nth),
                day,
            }];
        } else if nth < 0 && words::unit(what) == Some(Unit::Day) {
            rule.month_days = vec![-1];
        } else {
            return None;
        }
        let valid = nth <= 5;
        valid.then_some((2 + self.of_month_at(at + 2), rule))
    }

    /// "of the month", "of every month", "of each month": how many words.
    fn of_month_at(&self, at: usize) -> usize {
        let month = |at: usize| words::unit(self.word(at)) == Some(Unit::Month);
        if !self.is(at, words::OF) {
            return 0;
        }
        if month(at + 1) {
            return 2;
        }
        let article = self.is(at + 1, words::THE) || self.is(at + 1, words::EVERY);
        if article && month(at + 2) { 3 } else { 0 }
    }

    /// "day", "3 days", "other monday", "2nd week", "2 weeks on mon and thu".
    fn interval_at(&self, at: usize) -> Some2<Rule> {
        let other = self.is(at, words::OTHER);
        let word = self.word(at);
        let nth = words::ordinal_number(word).or_else(|| words::ordinal_word(word));
        let nth = nth.and_then(|nth| u32::try_from(nth).ok());
        let counted = if other {
            Some(2)
        } else {
            words::number(word).or(nth)
        };
        let count = counted.unwrap_or(1);
        let skip = usize::from(counted.is_some());
        if other && let Some((length, rule)) = self.day_names_at(at + 1, 2) {
            return Some((length + 1, rule));
        }
        let (joined, count, unit) = match super::numbers::joined_duration(word) {
            Some((count, unit)) => (1, count, unit),
            None => (1 + skip, count, words::unit(self.word(at + skip))?),
        };
        let (more, rule) = self.unit_rule(at + joined, count, unit)?;
        Some((joined + more, rule))
    }

    /// The rule of so many units, with the days that follow: "on mon and thu", "on the 15th", "on jan 15".
    fn unit_rule(&self, at: usize, count: u32, unit: Unit) -> Some2<Rule> {
        let frequency = match unit {
            Unit::Minute if count < 5 => return None,
            Unit::Minute => Frequency::Minutely,
            Unit::Hour => Frequency::Hourly,
            Unit::Day => Frequency::Daily,
            Unit::Week => Frequency::Weekly,
            Unit::Month | Unit::Quarter => Frequency::Monthly,
            Unit::Year => Frequency::Yearly,
        };
        let interval = if unit == Unit::Quarter {
            count * 3
        } else {
            count
        };
        let plain = (0, Rule::every(interval, frequency));
        if !self.is(at, words::ON) {
            return Some(plain);
        }
        let the = usize::from(self.is(at + 1, words::THE));
        let days = match frequency {
            Frequency::Weekly => self.day_names_at(at + 1, interval),
            Frequency::Monthly => {
                let nth = self.nth_weekday_at(at + 1 + the);
                nth.or_else(|| self.month_days_at(at + 1 + the))
                    .map(|(n, rule)| (n + the, rule))
            }
            Frequency::Yearly => self
                .year_day_at(at + 1 + the)
                .map(|(n, rule)| (n + the, rule)),
            Frequency::Minutely | Frequency::Hourly | Frequency::Daily => None,
        };
        Some(days.map_or(plain, |(length, rule)| {
            (length + 1, Rule { interval, ..rule })
        }))
    }

    /// "jan 15", "15th of january".
    fn year_day_at(&self, at: usize) -> Some2<Rule> {
        let (length, month, day) = self.day_and_month_at(at)?;
        jiff::civil::Date::new(2024, month, day).ok()?;
        let mut rule = Rule::every(1, Frequency::Yearly);
        rule.months = vec![month.into()];
        rule.month_days = vec![day.into()];
        Some((length, rule))
    }

    /// "1st", "1st and 15th [of the month]"; a day that some months lack means their last instead.
    fn month_days_at(&self, at: usize) -> Some2<Rule> {
        let valid = |nth: &i16| (1..=31).contains(nth);
        // "first" is a day where the month is named.
        let item = |at: usize| {
            let word = words::ordinal_word(self.word(at)).filter(|_| self.of_month_at(at + 1) > 0);
            let nth = words::ordinal_number(self.word(at)).or(word);
            nth.filter(valid)
        };
        let (length, days) = self.list_at(at, item)?;
        let mut rule = Rule::every(1, Frequency::Monthly);
        if let [day] = days.as_slice() {
            on_day_of_month(&mut rule, *day);
        } else {
            rule.month_days = days;
            rule.month_days.sort_unstable();
            rule.month_days.dedup();
        }
        Some((length + self.of_month_at(at + length), rule))
    }
}

/// Each month on this day, or on its last when it is shorter.
pub(super) fn on_day_of_month(rule: &mut Rule, day: i16) {
    rule.month_days = if day > 28 {
        (28..=day).collect()
    } else {
        vec![day]
    };
    if day > 28 {
        rule.positions = vec![-1];
    }
}

fn due(rule: Rule) -> Repeat {
    Repeat {
        rule,
        from: RecursFrom::Due,
        time: None,
    }
}

fn sorted(mut days: Vec<NthDay>) -> Vec<NthDay> {
    days.sort_unstable_by_key(|day| day.day.to_monday_zero_offset());
    days.dedup();
    days
}
