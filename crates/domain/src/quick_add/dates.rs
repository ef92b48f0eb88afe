//! Days and times of day.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, ToSpan};
use taskfold_contracts::values::WeekStart;

use super::grammar::{Grammar, Some2, When};
use super::numbers::{
    clock, clock_digits, clock_text, date_of, day_number, iso, joined_duration, small, twelve_hours,
};
use super::vocabulary::{self as words, Relative, Unit};
use crate::recurrence;

impl Grammar<'_> {
    /// A day, maybe with a time of its own ("tonight", "in 2h").
    pub(super) fn date_at(&self, at: usize) -> Some2<When> {
        let lead = self.is(at, words::LEADS);
        let skip = match (lead, self.is(at + 1, words::LEADS)) {
            (true, true) => 2,
            (true, false) => 1,
            (false, _) => 0,
        };
        let (length, when) = self.day_at(at + skip, lead)?;
        Some((length + skip, when))
    }

    fn day_at(&self, at: usize, lead: bool) -> Some2<When> {
        self.relative_at(at, lead)
            .or_else(|| self.weekday_of_week_at(at).map(day))
            .or_else(|| self.bare_weekday_at(at, lead).map(day))
            .or_else(|| self.next_at(at).map(day))
            .or_else(|| self.this_at(at))
            .or_else(|| self.in_at(at))
            .or_else(|| self.end_of_at(at).map(day))
            .or_else(|| self.the_at(at, lead).map(day))
            .or_else(|| self.month_day_at(at, lead).map(day))
            .or_else(|| self.numeric_at(at, lead))
    }

    fn relative_at(&self, at: usize, lead: bool) -> Some2<When> {
        if let Some(found) = self.day_after_tomorrow_at(at) {
            return Some(day(found));
        }
        let relative = words::relative(self.word(at))?;
        if !lead && self.is_in_sentence(at) {
            return None;
        }
        let today = self.today();
        let date = match relative {
            Relative::Yesterday => today.yesterday().ok()?,
            Relative::Today | Relative::Tonight => today,
            Relative::Tomorrow => today.tomorrow().ok()?,
            Relative::EndOfWeek => self.end_of(today, Unit::Week)?,
            Relative::EndOfMonth => self.end_of(today, Unit::Month)?,
            Relative::EndOfYear => self.end_of(today, Unit::Year)?,
        };
        let mut when = When {
            date: Some(date),
            ..When::default()
        };
        if relative == Relative::Tonight {
            when.time = words::day_part("night").and_then(clock);
            when.evening = true;
            when.vague = true;
            when.night = true;
        }
        Some((1, when))
    }

    /// "day after tomorrow", "the day after tomorrow"
    fn day_after_tomorrow_at(&self, at: usize) -> Some2<Date> {
        let the = usize::from(self.is(at, words::THE));
        let day = words::unit(self.word(at + the)) == Some(Unit::Day);
        let after = self.is(at + the + 1, words::DAY_AFTER);
        let tomorrow = words::relative(self.word(at + the + 2)) == Some(Relative::Tomorrow);
        let date = self.today().checked_add(2.days()).ok()?;
        (day && after && tomorrow).then_some((the + 3, date))
    }

    /// "friday next week", "next week on friday", "friday this week" while it is not over.
    fn weekday_of_week_at(&self, at: usize) -> Some2<Date> {
        let week = |at: usize| {
            let next = self.is(at, words::NEXT);
            let named = next || self.is(at, words::THIS);
            (named && words::unit(self.word(at + 1)) == Some(Unit::Week)).then_some(next)
        };
        let (length, next, wanted) = if let Some(next) = week(at) {
            let on = usize::from(self.is(at + 2, words::ON));
            let wanted = words::weekday(self.word(at + 2 + on))?;
            (3 + on, next, wanted)
        } else {
            let wanted = words::weekday(self.word(at))?;
            (3, week(at + 1)?, wanted)
        };
        let first = recurrence::week_of(self.today(), self.first_weekday());
        let ahead = i64::from(wanted.since(self.first_weekday())) + if next { 7 } else { 0 };
        let date = first.checked_add(ahead.days()).ok()?;
        (date >= self.today()).then_some((length, date))
    }

    /// "friday", "fri": the next such day after today.
    fn bare_weekday_at(&self, at: usize, lead: bool) -> Some2<Date> {
        let word = self.word(at);
        let full = words::weekday_full(word);
        let day = full.or_else(|| words::weekday_short(word))?;
        // Of a week that is not the next such day's.
        if self.is(at + 1, words::THIS) && words::unit(self.word(at + 2)) == Some(Unit::Week) {
            return None;
        }
        let placed = match full {
            Some(_) => lead || !self.is_in_sentence(at),
            None => lead || (self.ends_phrase(at) && !self.is_in_sentence(at)),
        };
        let date = self.today().nth_weekday(1, day).ok()?;
        placed.then_some((1, date))
    }

    /// "next fri": the one in the calendar week after this; "next week|month|year": its first day.
    fn next_at(&self, at: usize) -> Some2<Date> {
        if !self.is(at, words::NEXT) {
            return None;
        }
        let word = self.word(at + 1);
        let today = self.today();
        let week = recurrence::week_of(today, self.first_weekday())
            .checked_add(7.days())
            .ok()?;
        if let Some(day) = words::weekday(word) {
            let ahead = i64::from(day.since(self.first_weekday()));
            return Some((2, week.checked_add(ahead.days()).ok()?));
        }
        if words::WEEKEND.contains(&word) {
            let this = self.weekend()?;
            return Some((2, this.checked_add(7.days()).ok()?));
        }
        let date = match words::unit(word).filter(|_| word.len() > 3)? {
            Unit::Week => week,
            Unit::Month => today.last_of_month().tomorrow().ok()?,
            Unit::Year => today.last_of_year().tomorrow().ok()?,
            Unit::Minute | Unit::Hour | Unit::Day | Unit::Quarter => return None,
        };
        Some((2, date))
    }

    /// "this fri": today or the next such day; "this evening".
    fn this_at(&self, at: usize) -> Some2<When> {
        if !self.is(at, words::THIS) {
            return None;
        }
        let word = self.word(at + 1);
        if let Some(part) = words::day_part(word) {
            let mut when = part_of_day(word, part)?;
            when.date = Some(self.today());
            return Some((2, when));
        }
        if words::WEEKEND.contains(&word) {
            return Some(day((2, self.weekend()?)));
        }
        let wanted = words::weekday(word)?;
        let ahead = i64::from(wanted.since(self.today().weekday()));
        Some(day((2, self.today().checked_add(ahead.days()).ok()?)))
    }

    /// The Saturday of this weekend; on a Sunday, the day before.
    fn weekend(&self) -> Option<Date> {
        let monday = recurrence::week_of(self.today(), jiff::civil::Weekday::Monday);
        monday.checked_add(5.days()).ok()
    }

    /// "in 3 weeks", "in 2h", "in half an hour".
    fn in_at(&self, at: usize) -> Some2<When> {
        if !self.is(at, words::IN) {
            return None;
        }
        let (length, count, unit) = self.duration_at(at + 1)?;
        if at > 0 && !self.ends_phrase(at + length) {
            return None;
        }
        let span = span(count, unit)?;
        if matches!(unit, Unit::Minute | Unit::Hour) {
            let moment = self.now().checked_add(span).ok()?.datetime();
            let whole = Time::new(moment.hour(), moment.minute(), 0, 0).ok()?;
            let when = When {
                date: Some(moment.date()),
                time: Some(whole),
                ..When::default()
            };
            return Some((length + 1, when));
        }
        let date = self.today().checked_add(span).ok()?;
        Some(day((length + 1, date)))
    }

    /// "30m", "2 hours", "a week", "half an hour".
    pub(super) fn duration_at(&self, at: usize) -> Option<(usize, u32, Unit)> {
        if self.is(at, words::HALF) {
            let article = usize::from(words::number(self.word(at + 1)) == Some(1));
            let unit = words::unit(self.word(at + 1 + article))?;
            return (unit == Unit::Hour).then_some((2 + article, 30, Unit::Minute));
        }
        let word = self.word(at);
        if let Some(count) = words::number(word) {
            return Some((2, count, words::unit(self.word(at + 1))?));
        }
        let (count, unit) = joined_duration(word)?;
        Some((1, count, unit))
    }

    /// "end of month", "end of next week", "end of june".
    fn end_of_at(&self, at: usize) -> Some2<Date> {
        if !(self.is(at, words::END) && self.is(at + 1, words::OF)) {
            return None;
        }
        let next = self.is(at + 2, words::NEXT);
        let skip = usize::from(next || self.is(at + 2, words::THE) || self.is(at + 2, words::THIS));
        let word = self.word(at + 2 + skip);
        if let Some(month) = words::month(word) {
            let date = self.upcoming(month, 1)?.last_of_month();
            return Some((3 + skip, date));
        }
        let unit = words::unit(word).filter(|_| word.len() > 2)?;
        let base = if next {
            self.today().checked_add(span(1, unit)?).ok()?
        } else {
            self.today()
        };
        Some((3 + skip, self.end_of(base, unit)?))
    }

    fn end_of(&self, date: Date, unit: Unit) -> Option<Date> {
        match unit {
            Unit::Day => Some(date),
            Unit::Week => recurrence::week_of(date, self.first_weekday())
                .checked_add(6.days())
                .ok(),
            Unit::Month => Some(date.last_of_month()),
            Unit::Year => Some(date.last_of_year()),
            Unit::Minute | Unit::Hour | Unit::Quarter => None,
        }
    }

    /// "the 1st", "on the 21st of november"
    fn the_at(&self, at: usize, lead: bool) -> Some2<Date> {
        if !self.is(at, words::THE) {
            return None;
        }
        let day = words::ordinal_number(self.word(at + 1))?;
        if let Some((length, date)) = self.month_day_at(at + 1, true) {
            return Some((length + 1, date));
        }
        let placed = self.ends_phrase(at + 1) || (lead && self.ends_phrase(at + 1));
        let date = self.day_of_month(i8::try_from(day).ok()?)?;
        placed.then_some((2, date))
    }

    /// The next such day of a month, today included; months that are too short are passed over.
    fn day_of_month(&self, day: i8) -> Option<Date> {
        let first = self.today().first_of_month();
        (0..12)
            .filter_map(|ahead| first.checked_add(ahead.months()).ok())
            .filter_map(|month| Date::new(month.year(), month.month(), day).ok())
            .find(|date| *date >= self.today())
    }

    /// "21 nov", "nov 21st, 2027", "21st of november".
    pub(super) fn month_day_at(&self, at: usize, lead: bool) -> Some2<Date> {
        let (length, month, day) = self.day_and_month_at(at)?;
        let year = self.year_at(at + length);
        let ambiguous = self.is(at, words::AMBIGUOUS_MONTHS) && year.is_none();
        if ambiguous && !lead && !self.ends_phrase(at + length - 1) {
            return None;
        }
        match year {
            Some(year) => Some((length + 1, Date::new(year, month, day).ok()?)),
            None => Some((length, self.upcoming(month, day)?)),
        }
    }

    /// Tokens, month and day, in either order.
    pub(super) fn day_and_month_at(&self, at: usize) -> Option<(usize, i8, i8)> {
        if let Some(month) = words::month(self.word(at)) {
            return Some((2, month, day_number(self.word(at + 1))?));
        }
        let day = day_number(self.word(at))?;
        let of = usize::from(self.is(at + 1, words::OF));
        let month = words::month(self.word(at + 1 + of))?;
        Some((2 + of, month, day))
    }

    fn year_at(&self, at: usize) -> Option<i16> {
        let word = self.word(at);
        let digits = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        word.parse()
            .ok()
            .filter(|year| digits && (1900..=2999).contains(year))
    }

    /// The next such day, today included; 29 February waits for its year.
    fn upcoming(&self, month: i8, day: i8) -> Option<Date> {
        let year = self.today().year();
        let same_month = |date: &Date| *date >= self.today();
        (0..9)
            .filter_map(|ahead| Date::new(year + ahead, month, day).ok())
            .find(same_month)
    }

    /// 2026-11-21, 2026-11-21T17:30, 21.11.2026, 21.11., 11/21, 11/21/2026 (month first unless over 12).
    fn numeric_at(&self, at: usize, lead: bool) -> Some2<When> {
        let word = self.word(at);
        if !word.starts_with(|letter: char| letter.is_ascii_digit()) {
            return None;
        }
        if let Some((date, time)) = word.split_once('t') {
            let time = clock_digits(time)?;
            return Some((
                1,
                When {
                    date: Some(iso(date)?),
                    time: Some(time),
                    ..When::default()
                },
            ));
        }
        let placed = lead || self.ends_phrase(at);
        let dotted_end = lead || self.tail(at).starts_with('.');
        let date = iso(word)
            .or_else(|| self.dotted(word, dotted_end))
            .or_else(|| self.slashed(word, placed))?;
        Some(day((1, date)))
    }

    fn dotted(&self, word: &str, without_year: bool) -> Option<Date> {
        let parts: Vec<&str> = word.split('.').collect();
        match parts.as_slice() {
            [day, month, year] => date_of(year, month, day),
            [day, month] if without_year => self.upcoming(small(month)?, small(day)?),
            _ => None,
        }
    }

    fn slashed(&self, word: &str, without_year: bool) -> Option<Date> {
        let parts: Vec<&str> = word.split('/').collect();
        let order = |first, second| {
            if small(first)? > 12 {
                Some((second, first))
            } else {
                Some((first, second))
            }
        };
        match parts.as_slice() {
            [year, month, day] if year.len() == 4 => date_of(year, month, day),
            [first, second, year] => {
                let (month, day) = order(first, second)?;
                date_of(year, month, day)
            }
            [first, second] if without_year => {
                let (month, day) = order(first, second)?;
                self.upcoming(small(month)?, small(day)?)
            }
            _ => None,
        }
    }

    /// A time of day: "5pm", "5 pm", "17:30", "at 9", "noon", "in the morning"; `after_date`: right after a
    /// day or a repetition, where "morning" is a time too.
    pub(super) fn time_at(&self, at: usize, after_date: bool) -> Some2<When> {
        let lead = usize::from(self.is(at, words::AT) || self.is(at, words::LEADS));
        let word = self.word(at + lead);
        if let Some(time) = words::clock_word(word).and_then(clock) {
            let free = !self.is_in_sentence(at);
            // "midnight snack"
            let placed = free && (time != Time::midnight() || self.ends_phrase(at));
            let placed = lead > 0 || after_date || placed;
            return placed.then(|| (lead + 1, at_time(time)));
        }
        if let Some((length, time)) = self.half_day_time_at(at + lead) {
            return Some((lead + length, at_time(time?)));
        }
        if let Some(time) = clock_text(word) {
            return Some((lead + 1, at_time(time)));
        }
        let hour = small(word).filter(|hour| (0..24).contains(hour));
        if let Some(hour) = hour {
            let clock_said = usize::from(self.is(at + lead + 1, words::O_CLOCK));
            let ends = after_date || self.ends_phrase(at + lead + clock_said);
            let bare = self.is(at, words::AT) && ends;
            let when = When {
                time: clock((hour, 0)),
                bare: true,
                ..When::default()
            };
            return bare.then_some((lead + 1 + clock_said, when));
        }
        self.day_part_at(at, after_date)
    }

    /// "5 pm", "5:30 pm"; no time in it where there is none, as in "17:30 pm".
    fn half_day_time_at(&self, at: usize) -> Some2<Option<Time>> {
        let after_noon = words::half_of_day(self.word(at + 1))?;
        if !self.tail(at).is_empty() {
            return None;
        }
        let word = self.word(at);
        let (hour, minute) = match (small(word), clock_digits(word)) {
            (Some(hour), _) => (hour, 0),
            (None, Some(time)) => (time.hour(), time.minute()),
            (None, None) => return None,
        };
        Some((2, twelve_hours(hour, minute, after_noon)))
    }

    fn day_part_at(&self, at: usize, after_date: bool) -> Some2<When> {
        let skip = if self.is(at, words::IN) && self.is(at + 1, words::THE) {
            2
        } else {
            usize::from(self.is(at, words::AT))
        };
        let word = self.word(at + skip);
        let part = words::day_part(word)?;
        let placed = after_date || (skip > 0 && self.ends_phrase(at + skip));
        placed.then_some((skip + 1, part_of_day(word, part)?))
    }

    pub(super) fn first_weekday(&self) -> jiff::civil::Weekday {
        match self.week_start() {
            WeekStart::Monday => jiff::civil::Weekday::Monday,
            WeekStart::Saturday => jiff::civil::Weekday::Saturday,
            WeekStart::Sunday => jiff::civil::Weekday::Sunday,
        }
    }
}

fn day((length, date): (usize, Date)) -> (usize, When) {
    (
        length,
        When {
            date: Some(date),
            ..When::default()
        },
    )
}

fn at_time(time: Time) -> When {
    When {
        time: Some(time),
        ..When::default()
    }
}

fn part_of_day(word: &str, part: (i8, i8)) -> Option<When> {
    let time = clock(part)?;
    let evening = words::day_part(word)?.0 >= 12;
    Some(When {
        time: Some(time),
        evening,
        vague: true,
        night: words::day_part("night") == Some(part),
        ..When::default()
    })
}

/// So many units as calendar time.
pub(super) fn span(count: u32, unit: Unit) -> Option<Span> {
    let count = i64::from(count);
    let span = Span::new();
    match unit {
        Unit::Minute => span.try_minutes(count).ok(),
        Unit::Hour => span.try_hours(count).ok(),
        Unit::Day => span.try_days(count).ok(),
        Unit::Week => span.try_weeks(count).ok(),
        Unit::Month => span.try_months(count).ok(),
        Unit::Quarter => span.try_months(count * 3).ok(),
        Unit::Year => span.try_years(count).ok(),
    }
}

/// The moment at which a day begins.
pub(super) fn midnight(date: Date) -> DateTime {
    date.to_datetime(Time::midnight())
}
