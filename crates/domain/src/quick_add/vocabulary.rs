//! The English words of quick add. Everything that depends on the language is in this file.

use jiff::civil::Weekday;
use taskfold_contracts::values::Priority;

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// A day relative to today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relative {
    Yesterday,
    Today,
    Tonight,
    Tomorrow,
    EndOfWeek,
    EndOfMonth,
    EndOfYear,
}

type Words<T> = &'static [(&'static [&'static str], T)];

fn find<T: Copy>(table: Words<T>, word: &str) -> Option<T> {
    table
        .iter()
        .find(|(words, _)| words.contains(&word))
        .map(|(_, meaning)| *meaning)
}

const WEEKDAYS: Words<Weekday> = &[
    (&["monday"], Weekday::Monday),
    (&["tuesday"], Weekday::Tuesday),
    (&["wednesday"], Weekday::Wednesday),
    (&["thursday"], Weekday::Thursday),
    (&["friday"], Weekday::Friday),
    (&["saturday"], Weekday::Saturday),
    (&["sunday"], Weekday::Sunday),
];
const WEEKDAYS_SHORT: Words<Weekday> = &[
    (&["mon"], Weekday::Monday),
    (&["tue", "tues"], Weekday::Tuesday),
    (&["wed", "weds"], Weekday::Wednesday),
    (&["thu", "thur", "thurs"], Weekday::Thursday),
    (&["fri"], Weekday::Friday),
    (&["sat"], Weekday::Saturday),
    (&["sun"], Weekday::Sunday),
];
const MONTHS: Words<i8> = &[
    (&["january", "jan"], 1),
    (&["february", "feb"], 2),
    (&["march", "mar"], 3),
    (&["april", "apr"], 4),
    (&["may"], 5),
    (&["june", "jun"], 6),
    (&["july", "jul"], 7),
    (&["august", "aug"], 8),
    (&["september", "sept", "sep"], 9),
    (&["october", "oct"], 10),
    (&["november", "nov"], 11),
    (&["december", "dec"], 12),
];
const UNITS: Words<Unit> = &[
    (&["minute", "minutes", "min", "mins", "m"], Unit::Minute),
    (&["hour", "hours", "hr", "hrs", "h"], Unit::Hour),
    (&["day", "days", "d"], Unit::Day),
    (&["week", "weeks", "wk", "wks", "w"], Unit::Week),
    (&["month", "months", "mo", "mos"], Unit::Month),
    (&["quarter", "quarters"], Unit::Quarter),
    (&["year", "years", "yr", "yrs", "y"], Unit::Year),
];
const RELATIVE: Words<Relative> = &[
    (&["yesterday"], Relative::Yesterday),
    (&["today", "tod"], Relative::Today),
    (&["tonight", "tonite"], Relative::Tonight),
    (
        &[
            "tomorrow",
            "tmr",
            "tmrw",
            "tomorow",
            "tommorow",
            "tommorrow",
        ],
        Relative::Tomorrow,
    ),
    (&["eow"], Relative::EndOfWeek),
    (&["eom"], Relative::EndOfMonth),
    (&["eoy"], Relative::EndOfYear),
];
const NUMBERS: Words<u32> = &[
    (&["a", "an", "one"], 1),
    (&["two"], 2),
    (&["three"], 3),
    (&["four"], 4),
    (&["five"], 5),
    (&["six"], 6),
    (&["seven"], 7),
    (&["eight"], 8),
    (&["nine"], 9),
    (&["ten"], 10),
    (&["eleven"], 11),
    (&["twelve"], 12),
];
const ORDINALS: Words<i16> = &[
    (&["first"], 1),
    (&["second"], 2),
    (&["third"], 3),
    (&["fourth"], 4),
    (&["fifth"], 5),
    (&["last"], -1),
];
/// Hour and minute of the words for a part of the day.
const DAY_PARTS: Words<(i8, i8)> = &[
    (&["morning"], (9, 0)),
    (&["afternoon"], (15, 0)),
    (&["evening"], (18, 0)),
    (&["night"], (20, 0)),
];
const CLOCK_WORDS: Words<(i8, i8)> = &[(&["noon", "midday"], (12, 0)), (&["midnight"], (0, 0))];
const PRIORITIES: Words<Priority> = &[
    (&["1", "urgent"], Priority::Urgent),
    (&["2", "high"], Priority::High),
    (&["3", "medium", "med"], Priority::Medium),
    (&["4", "low"], Priority::Low),
];
/// Adverbs that repeat: every so many units.
const ADVERBS: Words<(u32, Unit)> = &[
    (&["hourly"], (1, Unit::Hour)),
    (&["daily"], (1, Unit::Day)),
    (&["weekly"], (1, Unit::Week)),
    (&["biweekly", "fortnightly"], (2, Unit::Week)),
    (&["monthly"], (1, Unit::Month)),
    (&["quarterly"], (3, Unit::Month)),
    (&["yearly", "annually"], (1, Unit::Year)),
];

pub(super) const EVERY: &[&str] = &["every", "each", "ev"];
pub(super) const EVERY_AFTER: &[&str] = &["every!", "each!", "ev!"];
pub(super) const OTHER: &[&str] = &["other"];
pub(super) const WORKDAY: &[&str] = &["weekday", "weekdays", "workday", "workdays"];
pub(super) const WEEKEND: &[&str] = &["weekend", "weekends"];
pub(super) const AND: &[&str] = &["and", "&", "+"];
pub(super) const UNTIL: &[&str] = &["until", "till", "til"];
pub(super) const TIMES: &[&str] = &["times", "time", "x"];
pub(super) const FOR: &[&str] = &["for"];
pub(super) const STARTING: &[&str] = &["starting", "beginning", "start", "from"];
/// Words of [`STARTING`] that mean a start date even in the middle of a text.
pub(super) const STARTING_CLEARLY: &[&str] = &["starting", "beginning"];
pub(super) const ON: &[&str] = &["on"];
pub(super) const AT: &[&str] = &["at"];
pub(super) const IN: &[&str] = &["in"];
pub(super) const OF: &[&str] = &["of"];
pub(super) const END: &[&str] = &["end"];
pub(super) const THE: &[&str] = &["the"];
pub(super) const NEXT: &[&str] = &["next"];
pub(super) const THIS: &[&str] = &["this"];
pub(super) const HALF: &[&str] = &["half"];
pub(super) const REMIND: &[&str] = &["remind", "reminder"];
pub(super) const ME: &[&str] = &["me"];
pub(super) const BEFORE: &[&str] = &["before", "early"];
/// Words that lead to a date.
pub(super) const LEADS: &[&str] = &["on", "by", "due"];
/// After these a day is part of a sentence: "about Monday", "my Sunday best".
pub(super) const NOT_AFTER: &[&str] = &[
    "about", "of", "a", "an", "the", "my", "your", "our", "his", "her", "their", "some", "any",
    "no", "black", "good", "since", "before", "after", "last", "previous", "past", "cyber",
    "easter", "super", "fat", "ash", "palm", "ruby", "shrove", "casual", "giving", "another",
];
/// After these a day is over.
pub(super) const PAST: &[&str] = &["last", "previous", "past"];
/// After these a day or a time is not when the task is due: "change to friday", "sleep until noon".
pub(super) const LEADS_AWAY: &[&str] = &[
    "to", "past", "than", "between", "except", "but", "not", "after", "before", "since", "about",
    "last", "previous", "around", "vs", "of", "until", "till", "til", "from", "-",
];
/// Words that take something from a repetition.
pub(super) const LIMITS: &[&str] = &[
    "except",
    "excluding",
    "but",
    "unless",
    "besides",
    "apart",
    "minus",
    "without",
    "during",
    "between",
    "of",
];
pub(super) const NOT: &[&str] = &["not"];
/// Words between two days or times that are meant together.
pub(super) const BETWEEN_DAYS: &[&str] = &[
    "and", "&", "+", "or", "to", "-", "–", "through", "thru", "until", "till",
];
pub(super) const DAY_AFTER: &[&str] = &["after"];
pub(super) const O_CLOCK: &[&str] = &["o'clock", "o’clock", "oclock"];
/// Months that are other words too.
pub(super) const AMBIGUOUS_MONTHS: &[&str] = &["may", "march", "mar"];
const BEFORE_NOON: &[&str] = &["am", "a.m"];
const AFTER_NOON: &[&str] = &["pm", "p.m"];
const ORDINAL_ENDINGS: &[&str] = &["st", "nd", "rd", "th"];

pub(super) fn weekday_full(word: &str) -> Option<Weekday> {
    find(WEEKDAYS, word)
}

pub(super) fn weekday_short(word: &str) -> Option<Weekday> {
    find(WEEKDAYS_SHORT, word)
}

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    weekday_full(word).or_else(|| weekday_short(word))
}

/// "mondays"
pub(super) fn weekdays(word: &str) -> Option<Weekday> {
    word.strip_suffix('s').and_then(weekday_full)
}

pub(super) fn month(word: &str) -> Option<i8> {
    find(MONTHS, word)
}

pub(super) fn unit(word: &str) -> Option<Unit> {
    find(UNITS, word)
}

pub(super) fn relative(word: &str) -> Option<Relative> {
    find(RELATIVE, word)
}

pub(super) fn number(word: &str) -> Option<u32> {
    let digits = (1..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits {
        word.parse().ok()
    } else {
        find(NUMBERS, word)
    };
    number.filter(|number| *number > 0)
}

/// "second", "last"
pub(super) fn ordinal_word(word: &str) -> Option<i16> {
    find(ORDINALS, word)
}

/// "2nd"
pub(super) fn ordinal_number(word: &str) -> Option<i16> {
    let at = word.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, ending) = word.split_at(at);
    if !(1..=2).contains(&at) || !ORDINAL_ENDINGS.contains(&ending) {
        return None;
    }
    digits.parse().ok().filter(|number| *number > 0)
}

pub(super) fn day_part(word: &str) -> Option<(i8, i8)> {
    find(DAY_PARTS, word)
}

pub(super) fn clock_word(word: &str) -> Option<(i8, i8)> {
    find(CLOCK_WORDS, word)
}

pub(super) fn priority(word: &str) -> Option<Priority> {
    find(PRIORITIES, word)
}

pub(super) fn adverb(word: &str) -> Option<(u32, Unit)> {
    find(ADVERBS, word)
}

/// Whether it is the second half of the day.
pub(super) fn half_of_day(word: &str) -> Option<bool> {
    if AFTER_NOON.contains(&word) {
        Some(true)
    } else {
        BEFORE_NOON.contains(&word).then_some(false)
    }
}

/// Whether the word could begin a phrase.
pub(super) fn is_known(word: &str) -> bool {
    weekday(word).is_some()
        || weekdays(word).is_some()
        || month(word).is_some()
        || relative(word).is_some()
        || clock_word(word).is_some()
        || adverb(word).is_some()
        || [
            EVERY,
            EVERY_AFTER,
            UNTIL,
            STARTING,
            LEADS,
            AT,
            IN,
            END,
            NEXT,
            THIS,
            THE,
            REMIND,
            FOR,
        ]
        .iter()
        .any(|words| words.contains(&word))
        || word.strip_prefix('p').and_then(priority).is_some()
}
